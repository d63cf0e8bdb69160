namespace Tandem.Sync.Verify;

/// <summary>What one run of verify found in one mapping; a row of <c>tandem.verify_run</c>.</summary>
public sealed record VerifyReport
{
    public required string ObjectName { get; init; }

    public required VerifyLevel Level { get; init; }

    public required bool Repairs { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime StartedAt { get; init; }

    /// <summary>UTC; null while the run is under way or has stopped early.</summary>
    public DateTime? FinishedAt { get; init; }

    /// <summary>Rows stamped later are the next poll's, and were left to it. UTC.</summary>
    public required DateTime Horizon { get; init; }

    /// <summary>Everything stamped earlier is compared; null at the beginning. UTC.</summary>
    public DateTime? DoneTo { get; init; }

    /// <summary>Windows whose counts were compared, by month, and the spans of windows whose rows were read.</summary>
    public long Windows { get; init; }

    public long WindowsRead { get; init; }

    /// <summary>Records in the org and rows in the table, behind the horizon.</summary>
    public long SalesforceRows { get; init; }

    public long PostgresRows { get; init; }

    /// <summary>Rows whose values were compared besides, as the share of a run by itself.</summary>
    public long ShareRows { get; init; }

    public long Missing { get; init; }

    public long Surplus { get; init; }

    public long Stale { get; init; }

    public long Value { get; init; }

    /// <summary>Those of the differences that the polls have passed and should have brought.</summary>
    public long PassedByPoll { get; init; }

    public long Repaired { get; init; }

    /// <summary>Rows that differ because a local change waits to be sent; left alone.</summary>
    public long HeldByQueue { get; init; }

    /// <summary>Rows that differ because the org refused a local change; left alone.</summary>
    public long HeldByWriteError { get; init; }

    /// <summary>Rows that differ because a value of theirs does not fit; left alone.</summary>
    public long HeldByReadError { get; init; }

    public long ApiCalls { get; init; }

    public double Seconds { get; init; }

    /// <summary>The first differences.</summary>
    public IReadOnlyList<Difference> Examples { get; init; } = [];

    /// <summary>The ids of the first rows that were left alone.</summary>
    public IReadOnlyList<string> HeldExamples { get; init; } = [];

    /// <summary>Why the run stopped early, or what a repair met; null when all went well.</summary>
    public string? Remark { get; init; }

    public long Differences => Missing + Surplus + Stale + Value;

    /// <summary>Everything was compared, and no difference is left.</summary>
    public bool IsEqual => DoneTo == Horizon && FinishedAt is not null && Differences == Repaired;
}
