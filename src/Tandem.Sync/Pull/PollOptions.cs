namespace Tandem.Sync.Pull;

/// <summary>The sizes, spans and intervals of polls, delete passes and reconciliations.</summary>
public sealed record PollOptions
{
    /// <summary>How far a poll reads back behind the cursor when no record was ever seen to come late.</summary>
    public TimeSpan ShortestOverlap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far it reads back at most; what comes later than this is for the comparison of both sides.</summary>
    public TimeSpan LongestOverlap { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>After so long without a late record, the lag that is reckoned with is half of what was seen.</summary>
    public TimeSpan LagHalfLife { get; init; } = TimeSpan.FromHours(12);

    /// <summary>More changed records than this are fetched by a Bulk query (heroku-connect.md, section 8).</summary>
    public int RestRows { get; init; } = 10_000;

    /// <summary>Records of one result page of such a query.</summary>
    public int BulkPageRecords { get; init; } = 100_000;

    /// <summary>Between two readings of the org's delete log, which hard deletes need; Salesforce advises five minutes.</summary>
    public TimeSpan DeletesInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Between two comparisons of all ids, which find what no stamp and no log tells. Zero or less: only when a log fell short.
    /// </summary>
    public TimeSpan ReconcileInterval { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The share of a table that a reconciliation removes at most; where more is missing in the org, a person decides.</summary>
    public double ReconcileShare { get; init; } = 0.1;

    /// <summary>So many rows it may always remove.</summary>
    public int ReconcileRows { get; init; } = 100;
}
