namespace Tandem.Sync.Freshness;

/// <summary>How often derived columns are looked after; each interval is a price in API calls.</summary>
public sealed record FreshnessOptions
{
    /// <summary>Between two questions whether parents have changed.</summary>
    public TimeSpan ParentInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far a question reads back behind the last one, for parents that were committed late.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long after midnight a new day is asked for, so that a clock which is a little ahead does no harm.</summary>
    public TimeSpan DayDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Between two readings of all rows for formulas over NOW().</summary>
    public TimeSpan MomentInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>In which every row is read once for formulas whose sources nobody can be asked about.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long a reading of the formulas is trusted before they are described anew.</summary>
    public TimeSpan PlanLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>More rows than this are read by a Bulk job.</summary>
    public int BulkFrom { get; init; } = 10_000;

    /// <summary>Rows of one query by REST.</summary>
    public int SliceRows { get; init; } = 2_000;
}
