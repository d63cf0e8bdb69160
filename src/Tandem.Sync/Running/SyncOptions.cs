namespace Tandem.Sync.Running;

/// <summary>The sizes and intervals of a shift; memory is bounded by them and never by the number of rows.</summary>
public sealed record SyncOptions
{
    /// <summary>Records of one Bulk result page, which is loaded and committed as one unit.</summary>
    public int LoadPageRecords { get; init; } = 200_000;

    /// <summary>Rows that one merge takes at most (performance.md, part C).</summary>
    public int MergeRows { get; init; } = 20_000;

    /// <summary>Mappings that load at the same time.</summary>
    public int ParallelLoads { get; init; } = 2;

    /// <summary>How far a poll reads back behind the cursor, for records that were committed late with an older stamp.</summary>
    public TimeSpan PollOverlap { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two readings of the org's delete log, which hard deletes need; Salesforce advises five minutes.</summary>
    public TimeSpan DeletesInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The push looks at the change log this often even when no notification came.</summary>
    public TimeSpan PushFallback { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Objects of at most this many records are read anew by REST, larger ones by a Bulk query job.</summary>
    public int RefreshByKeyRecords { get; init; } = 10_000;

    /// <summary>Records that another filter brings, and that are fetched by their ids; more of them are read by a reload.</summary>
    public int RefreshFetchRecords { get; init; } = 50_000;

    /// <summary>Open requests are looked for this often even when no notification came.</summary>
    public TimeSpan RequestInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long after a lost answer the org is asked whether an insert was carried out: a request that was cut off may still be
    /// at work there.
    /// </summary>
    public TimeSpan LostInsertPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a record that was rejected for a passing reason, such as a lock, is sent in all.</summary>
    public int RecordAttempts { get; init; } = 5;
}
