namespace Tandem.Sync.Freshness;

/// <summary>
/// How far one reason for reading derived columns has come: one row of <c>tandem.freshness_part</c>, saved in the transaction that wrote
/// the rows it speaks of. Times are UTC; those of parents are by the org's clock, the others by ours.
/// </summary>
public sealed record FreshnessPart
{
    /// <summary>The kind in lower case; for parents, the key of the question.</summary>
    public required string Key { get; init; }

    /// <summary>A run began and did not end: the next one goes on behind <see cref="AfterId"/> or <see cref="Locator"/>.</summary>
    public bool IsUnderWay { get; init; }

    /// <summary>The <see cref="FreshnessPlan.Digest"/> that the run under way began with; another plan begins it again.</summary>
    public string? Plan { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? FinishedAt { get; init; }

    /// <summary>Parents: those stamped at this moment or later are asked for.</summary>
    public DateTime? Since { get; init; }

    /// <summary>Parents: the newest stamp whose rows were read, and when it was first met.</summary>
    public DateTime? Newest { get; init; }

    public DateTime? NewestSeenAt { get; init; }

    /// <summary>Parents: the newest stamp that the run under way will have read.</summary>
    public DateTime? Found { get; init; }

    /// <summary>Day: the last one whose values were read.</summary>
    public DateOnly? CoveredDay { get; init; }

    /// <summary>Sweep: what the round will read, by the org's count.</summary>
    public long RowsExpected { get; init; }

    public long RowsDone { get; init; }

    /// <summary>By REST: the last Id that was read.</summary>
    public string? AfterId { get; init; }

    /// <summary>By Bulk: the job, and the place of its first page that was not read; null at the beginning.</summary>
    public string? JobId { get; init; }

    public string? Locator { get; init; }

    public FreshnessPart Begin(DateTime now, string plan) => this with
    {
        IsUnderWay = true,
        Plan = plan,
        StartedAt = now,
        Found = null,
        RowsExpected = 0,
        RowsDone = 0,
        AfterId = null,
        JobId = null,
        Locator = null,
    };

    public FreshnessPart End(DateTime now) => this with
    {
        IsUnderWay = false, Plan = null, FinishedAt = now, AfterId = null, JobId = null, Locator = null,
    };

    /// <summary>
    /// Ends a run over parents. A stamp may be committed late: until one was known for as long as the overlap, the next run reads back
    /// behind it. After that it asks for later stamps alone, so that the rows below the last changed parent are not read for ever.
    /// </summary>
    public FreshnessPart EndParents(DateTime now, TimeSpan overlap)
    {
        var ended = End(now) with { Found = null };
        if (Found is { } found && (Newest is not { } newest || found > newest))
            return ended with { Newest = found, NewestSeenAt = StartedAt, Since = found - overlap };
        return Newest is { } settled && StartedAt - NewestSeenAt >= overlap
            ? ended with { Since = settled.AddMilliseconds(1) }
            : ended;
    }
}
