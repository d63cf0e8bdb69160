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

    /// <summary>Some fields of an object, or all of them as GET of a row shows them.</summary>
    /// <param name="ordinals">The places of the fields; null means every field.</param>
    public static RecordShape Of(ObjectType type, IReadOnlyList<int>? ordinals) => new()
    {
        Type = type,
        TypeName = type.Name,
        Members = [.. (ordinals ?? [.. Enumerable.Range(0, type.Fields.Count)]).Select(ordinal => ShapeMember.Of(type, ordinal))],
    };
}
