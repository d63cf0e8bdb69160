namespace Tandem.Simulator.Control;

/// <summary>
/// The time of the org: the time of the machine, until someone sets it, moves it on or stops it. Timers follow: moving the clock
/// past their time fires them, a stopped clock holds them. All of the org takes its time here. Source: salesforce-api.md, section 12.
/// </summary>
/// <param name="inner">The time that passes by itself.</param>
public sealed class OrgClock(TimeProvider inner) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<OrgTimer> _timers = [];
    private readonly long _start = inner.GetTimestamp();
    private volatile State _state = new(TimeSpan.Zero, TimeSpan.Zero, null, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public bool IsFrozen => _state.FrozenNow is not null;

    /// <summary>How much time has passed for the org. Unlike the time of day it never goes back; timers count in it.</summary>
    internal TimeSpan Passed
    {
        get
        {
            var state = _state;
            return state.FrozenNow is null ? inner.GetElapsedTime(_start) + state.Jump : state.FrozenPassed;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        var state = _state;
        return state.FrozenNow ?? (inner.GetUtcNow() + state.Shift);
    }

    public override long GetTimestamp() => Passed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new OrgTimer(this, inner, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Makes it this moment. A moment ahead fires the timers up to it; a moment behind leaves them waiting as long as
    /// before.</summary>
    public void Set(DateTimeOffset moment) => Move(state =>
    {
        var step = moment.ToUniversalTime() - GetUtcNow();
        var jump = step > TimeSpan.Zero ? step : TimeSpan.Zero;
        return state.FrozenNow is { } now
            ? state with { FrozenNow = now + step, FrozenPassed = state.FrozenPassed + jump }
            : state with { Shift = state.Shift + step, Jump = state.Jump + jump };
    });

    /// <summary>Lets this much time pass at once.</summary>
    public void Advance(TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, TimeSpan.Zero);
        Move(state => state.FrozenNow is { } now
            ? state with { FrozenNow = now + step, FrozenPassed = state.FrozenPassed + step }
            : state with { Shift = state.Shift + step, Jump = state.Jump + step });
    }

    /// <summary>Stops the time where it stands.</summary>
    public void Freeze() =>
        Move(state => state.FrozenNow is null ? state with { FrozenNow = GetUtcNow(), FrozenPassed = Passed } : state);

    /// <summary>Lets a stopped time go on from where it stands.</summary>
    public void Resume() => Move(state => state.FrozenNow is { } now
        ? new State(now - inner.GetUtcNow(), state.FrozenPassed - inner.GetElapsedTime(_start), null, TimeSpan.Zero)
        : state);

    /// <summary>Called by a timer whenever it starts or stops to wait.</summary>
    internal void Track(OrgTimer timer, bool isWaiting)
    {
        lock (_lock)
        {
            if (isWaiting)
                _timers.Add(timer);
            else
                _timers.Remove(timer);
        }
    }

    private void Move(Func<State, State> move)
    {
        OrgTimer[] waiting;
        lock (_lock)
        {
            _state = move(_state);
            waiting = [.. _timers];
        }

        foreach (var timer in waiting)
            timer.Arm();
    }

    /// <param name="Shift">What the org's time of day is ahead of the machine's.</param>
    /// <param name="Jump">What has passed for the org beyond what has passed for the machine.</param>
    private sealed record State(TimeSpan Shift, TimeSpan Jump, DateTimeOffset? FrozenNow, TimeSpan FrozenPassed);
}
