using System.Collections.Frozen;

namespace Tandem.Salesforce.Describe;

/// <summary>
/// An object with its fields, as far as the signed-in user may see them: a permission taken away makes a field vanish from here.
/// Source: salesforce-api.md, section 2.2.
/// </summary>
public sealed record SObjectDescription
{
    private readonly FrozenDictionary<string, FieldDescription> _fieldsByName = FrozenDictionary<string, FieldDescription>.Empty;

    public required string Name { get; init; }

    public required string Label { get; init; }

    public required string? KeyPrefix { get; init; }

    public required bool IsQueryable { get; init; }

    public required bool IsCreateable { get; init; }

    public required bool IsUpdateable { get; init; }

    public required bool IsDeletable { get; init; }

    public required bool IsReplicateable { get; init; }

    /// <summary>In Salesforce's order.</summary>
    public required IReadOnlyList<FieldDescription> Fields
    {
        get;
        init
        {
            field = value;
            _fieldsByName = value.ToFrozenDictionary(each => each.Name, StringComparer.OrdinalIgnoreCase);
        }
    }

    /// <summary>The objects whose lookups point here, as far as the user may see them.</summary>
    public IReadOnlyList<ChildRelationship> ChildRelationships { get; init; } = [];

    /// <summary>The field of that name in any letter case; null when there is none that the user may see.</summary>
    public FieldDescription? FindField(string name) => _fieldsByName.GetValueOrDefault(name);
}
