namespace Tandem.Sync.Freshness;

/// <summary>When each reason for reading derived columns is due. Pure: from what was done and the options alone.</summary>
public static class FreshnessSchedule
{
    /// <summary>A worker's ticks come at an interval of their own; a run must not miss one by a moment and wait for the next.</summary>
    private const double Early = 0.9;

    public static DateTime DueAt(FreshnessPartKind kind, FreshnessPart part, FreshnessPlan plan, FreshnessOptions options)
    {
        if (part.StartedAt is not { } started || (part.IsUnderWay && kind != FreshnessPartKind.Sweep))
            return kind == FreshnessPartKind.Day && !part.IsUnderWay ? NextDay(part, plan, options) : DateTime.MinValue;
        return kind switch
        {
            FreshnessPartKind.Parents => started + (options.ParentInterval * Early),
            FreshnessPartKind.Moment => started + (options.MomentInterval * Early),
            FreshnessPartKind.Day => NextDay(part, plan, options),
            FreshnessPartKind.Sweep when part is { IsUnderWay: true, RowsExpected: > 0 } =>
                started + (options.SweepInterval * Math.Min(1, (double)part.RowsDone / part.RowsExpected)),
            FreshnessPartKind.Sweep when part.IsUnderWay => DateTime.MinValue,
            FreshnessPartKind.Sweep => started + (options.SweepInterval * Early),
            _ => DateTime.MaxValue,
        };
    }

    /// <summary>The day in the plan's time zone at a moment, a little late so that no clock is ahead of the org's.</summary>
    public static DateOnly DayAt(DateTime moment, FreshnessPlan plan, FreshnessOptions options) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(moment - options.DayDelay, plan.Zone ?? TimeZoneInfo.Utc));

    private static DateTime NextDay(FreshnessPart part, FreshnessPlan plan, FreshnessOptions options)
    {
        if (part.CoveredDay is not { } covered)
            return DateTime.MinValue;
        var midnight = covered.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        // A midnight that a change of the clocks skips has an offset all the same.
        var utc = midnight - (plan.Zone ?? TimeZoneInfo.Utc).GetUtcOffset(midnight);
        return DateTime.SpecifyKind(utc, DateTimeKind.Utc) + options.DayDelay;
    }
}
