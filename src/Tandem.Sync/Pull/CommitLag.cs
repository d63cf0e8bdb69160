namespace Tandem.Sync.Pull;

/// <summary>
/// Reckons with commit visibility lag: a record is stamped when a transaction works on it and shows when that commits. What is seen to
/// come late stretches the overlap of later polls to twice its lag; without more of it the overlap shrinks again. Pure.
/// Source: salesforce-api.md, section 10.
/// </summary>
internal static class CommitLag
{
    /// <summary>The lag to reckon with at a time: what was seen, halved for each half-life since.</summary>
    public static TimeSpan At(PollMarks marks, DateTime now, PollOptions options) =>
        marks.LagAt is { } seenAt && now > seenAt ? marks.Lag * Math.Pow(0.5, (now - seenAt) / options.LagHalfLife) : marks.Lag;

    /// <summary>How far the next poll reads back behind the cursor.</summary>
    public static TimeSpan Overlap(PollMarks marks, DateTime now, PollOptions options)
    {
        var twice = 2 * At(marks, now, options);
        var overlap = twice < options.ShortestOverlap ? options.ShortestOverlap : twice;
        return overlap > options.LongestOverlap ? options.LongestOverlap : overlap;
    }

    /// <summary>The marks with a lag that was seen; the same ones when they reckon with as much already.</summary>
    public static PollMarks Note(PollMarks marks, TimeSpan lag, DateTime now, PollOptions options) =>
        lag > At(marks, now, options) ? marks with { Lag = lag, LagAt = now } : marks;
}
