using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>What an answer shows of a record: the name in <c>attributes</c> and the members in order. Used by <c>RecordJson</c>.</summary>
internal sealed record RecordShape
{
    /// <summary>The object; null for the row of an aggregate query, which has no address.</summary>
    public required ObjectType? Type { get; init; }

    /// <summary>
    /// The name in <c>attributes</c>: the object's, <c>Name</c> behind a polymorphic reference, or <c>AggregateResult</c>.
    /// </summary>
    public required string TypeName { get; init; }

    public required IReadOnlyList<ShapeMember> Members { get; init; }

    /// <summary>All fields of an object, as GET of a row shows them.</summary>
    public static RecordShape AllFields(ObjectType type) => new()
    {
        Type = type,
        TypeName = type.Name,
        Members = [.. Enumerable.Range(0, type.Fields.Count).Select(ordinal => ShapeMember.Of(type, ordinal))],
    };
}
