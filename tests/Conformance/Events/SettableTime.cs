namespace Tandem.Tests.Conformance.Events;

/// <summary>The real clock with a lead that a test sets: what is read from the clock jumps ahead, and timers run as ever, but for those of
/// an hour and more, which wait until the test lets them fire.</summary>
internal sealed class SettableTime : TimeProvider
{
    private readonly Queue<(TimerCallback Callback, object? State)> _long = new();
    private long _lead;

    public TimeSpan Lead
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _lead));
        set => Interlocked.Exchange(ref _lead, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Lead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.FromHours(1))
            return base.CreateTimer(callback, state, dueTime, period);
        _long.Enqueue((callback, state));
        return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires the oldest timer that waits.</summary>
    public void FireLongTimer()
    {
        var (callback, state) = _long.Dequeue();
        callback(state);
    }
}
