using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>A field path that was found in the org: how to read it from a row, and what the answer calls it.</summary>
internal sealed record BoundField
{
    /// <summary>The field; of a polymorphic path the one of the first object that has it.</summary>
    public required Field Field { get; init; }

    /// <summary>The object that has <see cref="Field"/>.</summary>
    public required ObjectType Owner { get; init; }

    /// <summary>The relationships in the org's spelling, outermost first, each with the slots that it leads to.</summary>
    public required IReadOnlyList<BoundHop> Hops { get; init; }

    /// <summary>One source, or several of which at most one has a value when the path is polymorphic.</summary>
    public required IReadOnlyList<RowSource> Sources { get; init; }

    /// <summary>Reads the value from the queried object's own values, following references as the org is now.</summary>
    public required Func<object?[], object?> Read { get; init; }

    /// <summary>The path in the org's spelling: the head of a CSV column.</summary>
    public string Name => string.Concat(Hops.Select(hop => hop.Relationship + ".")) + Field.Name;

    /// <summary>Whether this is the queried object's own field of that name.</summary>
    public bool IsOwn => Hops.Count == 0;

    public object? Value(in QueryRow row)
    {
        foreach (var source in Sources)
        {
            if (row[source] is { } value)
                return value;
        }

        return null;
    }
}
