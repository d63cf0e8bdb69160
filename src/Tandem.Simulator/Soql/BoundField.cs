using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>A field path or a function that was found in the org: how to read it from a row, and what the answer calls it.</summary>
internal sealed record BoundField
{
    /// <summary>
    /// The field; of a polymorphic path the one of the first object that has it, of a function one made up with the type of its result.
    /// </summary>
    public required Field Field { get; init; }

    /// <summary>The object that has <see cref="Field"/>.</summary>
    public required ObjectType Owner { get; init; }

    /// <summary>The relationships in the org's spelling, outermost first, each with the slots that it leads to.</summary>
    public required IReadOnlyList<BoundHop> Hops { get; init; }

    /// <summary>One source, or several of which at most one has a value when the path is polymorphic.</summary>
    public required IReadOnlyList<RowSource> Sources { get; init; }

    /// <summary>Reads the value from the queried object's own values, following references as the org is now.</summary>
    public required Func<object?[], object?> Read { get; init; }

    /// <summary>Makes the shown value of the stored one (<c>FORMAT</c>); null shows what is stored.</summary>
    public Func<object?, object?>? Transform { get; init; }

    /// <summary>Reads a value that no single field holds (<c>DISTANCE</c>) from a row of a result; null for everything else.</summary>
    public Func<QueryRow, object?>? Compute { get; init; }

    /// <summary>The name that the select list gives it.</summary>
    public string? Alias { get; init; }

    /// <summary>True for <c>Owner.Type</c>: the name of the object that a polymorphic reference leads to.</summary>
    public bool IsTypeName { get; init; }

    /// <summary>The path in the org's spelling: the head of a CSV column.</summary>
    public string Name => Alias ?? string.Concat(Hops.Select(hop => hop.Relationship + ".")) + Field.Name;

    /// <summary>Whether this is the queried object's own field, shown as it is stored.</summary>
    public bool IsOwn => Sources.Count == 1 && Hops.Count == 0 && Transform is null && Compute is null;

    public object? Value(in QueryRow row)
    {
        if (Compute is not null)
            return Compute(row);
        foreach (var source in Sources)
        {
            if (row[source] is { } value)
                return Transform is null ? value : Transform(value);
        }

        return null;
    }
}
