using Tandem.Testing;

namespace Tandem.Tests.Integration.Lives;

/// <summary>
/// The time of a clock that the test moves, in which short pauses pass by themselves: whoever waits shorter than the limit moves the
/// clock on instead. Limits on the length of a call, and intervals, are longer and wait for the test.
/// </summary>
internal sealed class PassingTime(FakeTimeProvider clock, TimeSpan longestPause) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new PassingTimer(clock.CreateTimer(callback, state, dueTime, period), this);
        PassIfShort(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock to the end of a pause, on another thread: whoever set the timer may not be ready for its firing.</summary>
    internal void PassIfShort(TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero && dueTime < longestPause && period == Timeout.InfiniteTimeSpan)
            ThreadPool.QueueUserWorkItem(MoveTo, clock.GetUtcNow() + dueTime, preferLocal: false);
    }

    private void MoveTo(DateTimeOffset due)
    {
        var left = due - clock.GetUtcNow();
        if (left > TimeSpan.Zero)
            clock.Advance(left);
    }
}
