namespace Tandem.Sync.Running.Allowance;

/// <summary>
/// Decides from counts alone how fast calls may be spent. Below a share of the budget everything goes as asked. Above it polls slow down
/// smoothly: what is left is spread over a day, faster than evenly by a factor, for calls of the day before age out. Since the pace falls
/// with what is left, the budget is never used up, but by the one poll in the longest interval.
/// </summary>
public static class AllowancePace
{
    /// <summary>
    /// The budget of a connection in calls of 24 hours: its share of the org's maximum, or less where the org has less left than that.
    /// </summary>
    /// <param name="share">From 0 to 1.</param>
    /// <param name="used">Calls of the connection in the last 24 hours.</param>
    /// <param name="orgUsed">Calls of everybody in that time, as the org tells it.</param>
    /// <param name="orgMaximum">What the org allows.</param>
    public static double LimitOf(double share, double used, double orgUsed, double orgMaximum, AllowanceOptions options)
    {
        var leftInOrg = orgMaximum * (1 - options.Reserve) - orgUsed;
        return Math.Min(share * orgMaximum, used + Math.Max(0, leftInOrg));
    }

    /// <summary>By what factor intervals grow; infinite when nothing is left.</summary>
    /// <param name="used">Calls that the budget has spent in the last 24 hours.</param>
    /// <param name="limit">The budget, in calls of 24 hours.</param>
    /// <param name="wanted">What all polls of the budget would need in 24 hours at the intervals that were asked for.</param>
    public static double StretchOf(double used, double limit, double wanted, AllowanceOptions options)
    {
        var spent = SpentOf(used, limit);
        if (spent <= options.SlowFrom)
            return 1;
        var left = limit - used;
        if (left <= 0)
            return double.PositiveInfinity;
        var weight = (spent - options.SlowFrom) / (1 - options.SlowFrom);
        return 1 + weight * (Math.Max(1, wanted / (options.Haste * left)) - 1);
    }

    /// <summary>The interval that a poll is given: never shorter than asked, and never longer than the longest or than asked.</summary>
    public static TimeSpan IntervalOf(TimeSpan asked, double stretch, AllowanceOptions options)
    {
        var longest = asked > options.LongestInterval ? asked : options.LongestInterval;
        return asked.Ticks * stretch < longest.Ticks ? asked * stretch : longest;
    }

    /// <summary>Whether work of the kind may begin. Polls are slowed and never stopped; a local change waits for the org alone.</summary>
    public static bool Allows(CallKind kind, double used, double limit, AllowanceOptions options) => kind switch
    {
        CallKind.Deletes or CallKind.Verify or CallKind.Formulas => SpentOf(used, limit) < options.BackgroundUpTo,
        CallKind.Load => SpentOf(used, limit) < options.LoadsUpTo,
        _ => true,
    };

    /// <summary>The part of a budget that is spent; an empty budget is.</summary>
    public static double SpentOf(double used, double limit) => limit > 0 ? used / limit : 1;
}
