namespace Tandem.Postgres.Tables;

/// <summary>What <see cref="IndexKeeper"/> did to the indexes of a table.</summary>
public sealed record IndexChanges
{
    /// <summary>Names of indexes.</summary>
    public required IReadOnlyList<string> Built { get; init; }

    /// <summary>Names of indexes that are no longer asked for.</summary>
    public required IReadOnlyList<string> Dropped { get; init; }

    public required IReadOnlyList<RefusedIndex> Refused { get; init; }
}
