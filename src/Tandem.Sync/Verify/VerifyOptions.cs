namespace Tandem.Sync.Verify;

/// <summary>When a shift verifies by itself, how closely, and what it may cost.</summary>
public sealed record VerifyOptions
{
    /// <summary>Between two runs of one mapping, the first of them that long after its load; null runs only when asked.</summary>
    public TimeSpan? Interval { get; init; } = TimeSpan.FromHours(24);

    public VerifyLevel Level { get; init; } = VerifyLevel.Stamps;

    /// <summary>What differs is read again from the org and put right.</summary>
    public bool Repairs { get; init; } = true;

    /// <summary>How often the shift looks for mappings that are due.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When a run that stopped early goes on by itself.</summary>
    public TimeSpan ResumeAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long an unfinished run may be taken up again; after that it begins anew.</summary>
    public TimeSpan ResumeWithin { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Rows of a window that are compared as one unit; they stand in a temporary table meanwhile.</summary>
    public int WindowRows { get; init; } = 1_000_000;

    /// <summary>Up to so many records a window is read by REST, above it by a Bulk job.</summary>
    public int RestRows { get; init; } = 10_000;

    /// <summary>Records of one Bulk result page.</summary>
    public int PageRecords { get; init; } = 200_000;

    /// <summary>Rows whose values a run by itself compares besides, going round all of them night after night; 0 compares none.</summary>
    public int ShareRows { get; init; } = 20_000;

    /// <summary>A share of a large table is larger, so that so many runs have gone round it.</summary>
    public int ShareRuns { get; init; } = 30;

    /// <summary>A run stops, to go on later, when less than this part of the org's daily API calls is left.</summary>
    public double AllowanceLeft { get; init; } = 0.2;

    /// <summary>A run stops when so many rows differ: that is no gap but another state, and a reload is the way.</summary>
    public int MostDifferences { get; init; } = 10_000;

    /// <summary>Differences that a report names.</summary>
    public int MostExamples { get; init; } = 20;

    /// <summary>How often a window is read again after a failure that passes.</summary>
    public int Attempts { get; init; } = 5;
}
