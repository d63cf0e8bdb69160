using Tandem.Sync.Freshness;
using Tandem.Sync.Pull;
using Tandem.Sync.Push;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Upkeep;
using Tandem.Sync.Verify;

namespace Tandem.Sync.Running;

/// <summary>The sizes and intervals of a shift; memory is bounded by them and never by the number of rows.</summary>
public sealed record SyncOptions
{
    /// <summary>
    /// Records of one Bulk result page, which is loaded and committed as one unit. Where the org lists its pages, it decides itself.
    /// </summary>
    public int LoadPageRecords { get; init; } = 200_000;

    /// <summary>Result pages of one load that are fetched and copied at the same time, each on a connection of its own.</summary>
    public int ParallelPages { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Bytes of the buffers of all loads together; only a single row that is larger than its buffer goes beyond them.</summary>
    public long LoadMemory { get; init; } = 64 * 1024 * 1024;

    /// <summary>Objects of at most so many records are loaded by REST; none when it is zero (heroku-connect.md, section 8).</summary>
    public int RestLoadRows { get; init; } = 10_000;

    /// <summary>Rows that one merge takes at most (performance.md, part C).</summary>
    public int MergeRows { get; init; } = 20_000;

    /// <summary>Mappings that load at the same time.</summary>
    public int ParallelLoads { get; init; } = 2;

    /// <summary>
    /// Database sessions that the mappings of a connection share for their polls, and so how many poll at the same time. Eight poll some
    /// fifty mappings a second where a call takes 150 ms, are a third of the long requests that an org works at once (salesforce-api.md,
    /// section 11), and leave room where a hosted database allows twenty connections in all.
    /// </summary>
    public int SharedSessions { get; init; } = 8;

    /// <summary>
    /// Long pulls (polls and refreshes by Bulk, comparisons of ids) that work at the same time beside the shared sessions, each on one of
    /// its own. Waiting for a Bulk job does not count.
    /// </summary>
    public int ParallelLongPulls { get; init; } = 2;

    public PollOptions Poll { get; init; } = new();

    /// <summary>How polls are slowed where API calls run short.</summary>
    public AllowanceOptions Allowance { get; init; } = new();

    /// <summary>How derived columns are kept true when only their sources change.</summary>
    public FreshnessOptions Freshness { get; init; } = new();

    /// <summary>How local changes are bundled.</summary>
    public PushOptions Push { get; init; } = new();

    /// <summary>How long entries stay in the change log; its ages are the connection's.</summary>
    public UpkeepOptions Upkeep { get; init; } = new();

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

    /// <summary>When and how closely both sides are compared.</summary>
    public VerifyOptions Verify { get; init; } = new();
}
