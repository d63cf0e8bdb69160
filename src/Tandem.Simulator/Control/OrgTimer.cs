namespace Tandem.Simulator.Control;

/// <summary>A timer in the org's time: made by <see cref="OrgClock"/>, which arms it anew whenever the time is moved.</summary>
internal sealed class OrgTimer : ITimer
{
    /// <summary>Timers of the platform have an upper limit; a longer wait is armed again when this one is over.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly OrgClock _clock;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ITimer _inner;
    private TimeSpan? _due;
    private TimeSpan _period;
    private bool _isDisposed;

    public OrgTimer(OrgClock clock, TimeProvider inner, TimerCallback callback, object? state)
    {
        _clock = clock;
        _callback = callback;
        _state = state;
        _inner = inner.CreateTimer(static timer => (timer as OrgTimer)?.Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            if (_isDisposed)
                return false;
            _period = period;
            _due = dueTime == Timeout.InfiniteTimeSpan ? null : _clock.Passed + dueTime;
            _clock.Track(this, dueTime != Timeout.InfiniteTimeSpan);
        }

        Arm();
        return true;
    }

    /// <summary>Waits for what is left of the time in the time of the machine.</summary>
    public void Arm()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            if (_due is not { } due)
            {
                _inner.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            var left = due - _clock.Passed;
            var wait = left <= TimeSpan.Zero ? TimeSpan.Zero
                : _clock.IsFrozen ? Timeout.InfiniteTimeSpan
                : left > LongestWait ? LongestWait
                : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            _inner.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _clock.Track(this, isWaiting: false);
        }

        _inner.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Fire()
    {
        bool isOver;
        lock (_lock)
        {
            if (_isDisposed || _due is not { } due)
                return;
            if (_clock.Passed < due)
            {
                Arm();
                return;
            }

            isOver = _period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero;
            _due = isOver ? null : due + _period;
        }

        if (isOver)
            _clock.Track(this, isWaiting: false);
        else
            Arm();
        _callback(_state);
    }
}
