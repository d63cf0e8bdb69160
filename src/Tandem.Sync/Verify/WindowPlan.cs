namespace Tandem.Sync.Verify;

/// <summary>Makes windows of the counts of both sides, and joins neighbours into spans that are read at once. Pure.</summary>
internal static class WindowPlan
{
    /// <summary>The windows in which either side has rows, in their order, cut to the ranges that were counted.</summary>
    public static List<VerifyWindow> Build(
        WindowUnit unit,
        IReadOnlyList<TimeRange> ranges,
        IReadOnlyDictionary<DateTime, long> salesforce,
        IReadOnlyDictionary<DateTime, long> postgres)
    {
        var windows = new List<VerifyWindow>();
        foreach (var start in salesforce.Keys.Concat(postgres.Keys).Distinct().Order())
        {
            var end = Next(unit, start);
            var range = ranges.First(range => start < range.To && end > range.From);
            windows.Add(new VerifyWindow(
                new TimeRange(start > range.From ? start : range.From, end < range.To ? end : range.To),
                salesforce.GetValueOrDefault(start),
                postgres.GetValueOrDefault(start)));
        }

        return windows;
    }

    /// <summary>
    /// Joins wanted windows, and the unwanted between them, as long as a span has at most so many rows. A window above the limit is a
    /// span by itself.
    /// </summary>
    public static List<VerifyWindow> Join(IReadOnlyList<VerifyWindow> windows, Func<VerifyWindow, bool> isWanted, long mostRows)
    {
        var spans = new List<VerifyWindow>();
        VerifyWindow? span = null;
        long between = 0, betweenOther = 0;
        foreach (var window in windows)
        {
            if (!isWanted(window))
            {
                between += window.SalesforceRows;
                betweenOther += window.PostgresRows;
                continue;
            }

            if (span is { } open)
            {
                var joined = new VerifyWindow(
                    new TimeRange(open.Range.From, window.Range.To),
                    open.SalesforceRows + between + window.SalesforceRows,
                    open.PostgresRows + betweenOther + window.PostgresRows);
                span = joined.Rows <= mostRows ? joined : Close(open, window);
            }
            else
                span = window;
            between = betweenOther = 0;
        }

        if (span is { } last)
            spans.Add(last);
        return spans;

        VerifyWindow Close(VerifyWindow done, VerifyWindow next)
        {
            spans.Add(done);
            return next;
        }
    }

    private static DateTime Next(WindowUnit unit, DateTime start) => unit switch
    {
        WindowUnit.Month => start.AddMonths(1),
        WindowUnit.Day => start.AddDays(1),
        WindowUnit.Hour => start.AddHours(1),
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Not a unit of windows."),
    };
}
