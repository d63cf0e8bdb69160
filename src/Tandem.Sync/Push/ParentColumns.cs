using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Tells by which column a change names the parent of a lookup, for Salesforce takes only one of them: a value beats NULL, the reference
/// column beats relationship external ids, and of these the first of the table decides. Source: salesforce-api.md, section 2.4.
/// </summary>
internal static class ParentColumns
{
    /// <summary>The relationship and the parent's field, as the wire names them, of a relationship external id.</summary>
    public static (string Relationship, string Key) NamesOf(MappedField field)
    {
        var name = field.Description.Name;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return (name[..dot], name[(dot + 1)..]);
    }

    /// <summary>True when the parent is sent by this relationship external id.</summary>
    public static bool Decides(MappedObject mapped, Change change, MappedField field)
    {
        if (field.Lookup is not { } lookup)
            return false;
        var named = mapped.Fields.Where(other => HasValue(change, other)).ToList();
        return named.TrueForAll(other => other.Lookup is not null || other.Description.Name != lookup.Name)
            && named.Find(other => other.Lookup?.Name == lookup.Name) is { } first
            && first.Column.Name == field.Column.Name;
    }

    /// <summary>The columns by which a row can name those parents that the values name or clear.</summary>
    public static IEnumerable<string> SameParentsAs(MappedObject mapped, IReadOnlyDictionary<string, string?> values)
    {
        var references = mapped.Fields.Where(field => values.ContainsKey(field.Column.Name)).Select(ReferenceOf).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        return mapped.Fields.Where(field => ReferenceOf(field) is { } reference && references.Contains(reference))
            .Select(field => field.Column.Name);
    }

    /// <summary>Salesforce takes an empty text for none, and no record has none for its external id.</summary>
    public static bool HasValue(Change change, MappedField field) =>
        change.Values.TryGetValue(field.Column.Name, out var text) && !string.IsNullOrWhiteSpace(text);

    /// <summary>The reference field that the column belongs to; null for one that names no parent.</summary>
    private static string? ReferenceOf(MappedField field) =>
        field.Lookup?.Name ?? (field.Description.Type == FieldType.Reference ? field.Description.Name : null);
}
