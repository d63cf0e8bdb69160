namespace Tandem.Sync.Pull;

/// <summary>
/// Work under way that brings a loaded table to another shape: one row of <c>tandem.refresh</c>. It is saved in the transaction that
/// wrote the rows it speaks of, or after it where writing them twice is harmless.
/// </summary>
public sealed record Refresh
{
    public required long Id { get; init; }

    public required string ObjectName { get; init; }

    public required RefreshKind Kind { get; init; }

    /// <summary>The columns to fill, or all that the table is to hold.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>The filter under which it reads.</summary>
    public required string? Filter { get; init; }

    public required RefreshStep Step { get; init; }

    /// <summary>The Bulk query job; null reads by REST in the order of the ids.</summary>
    public string? JobId { get; init; }

    /// <summary>The table's cursor when the reading began: what changed since is the poll's. Null before the beginning. UTC.</summary>
    public DateTime? ReadFrom { get; init; }

    /// <summary>A job's locator or the last id, behind which it goes on; null at the beginning of a step.</summary>
    public string? Place { get; init; }

    public long RowsDone { get; init; }

    /// <summary>As the org counted at the beginning; null before it.</summary>
    public long? RowsTotal { get; init; }

    /// <summary>As it stands after its query's results were lost: it reads from the beginning.</summary>
    public Refresh Again() =>
        this with { Step = RefreshStep.Read, JobId = null, ReadFrom = null, Place = null, RowsDone = 0, RowsTotal = null };
}
