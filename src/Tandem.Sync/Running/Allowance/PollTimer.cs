namespace Tandem.Sync.Running.Allowance;

/// <summary>
/// Ticks at the interval that was asked for, and says which ticks are for a poll: all of them as long as the budget lets polls come as
/// asked. While it does not, ticks are only looks whether a poll is due by now, so that the interval follows the budget up and down.
/// </summary>
/// <param name="asked">The interval as it was asked for.</param>
/// <param name="given">Tells the interval that the budget gives now; never shorter.</param>
internal sealed class PollTimer(TimeSpan asked, Func<TimeSpan> given, TimeProvider timeProvider) : IDisposable
{
    /// <summary>How often slowed polls, and loads that wait, look whether they may go on.</summary>
    public static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);

    private readonly PeriodicTimer _timer = new(asked, timeProvider);
    private DateTimeOffset _polledAt = timeProvider.GetUtcNow();

    public Task<bool> WaitAsync(CancellationToken cancellationToken) => _timer.WaitForNextTickAsync(cancellationToken).AsTask();

    /// <summary>Whether the present tick is for a poll.</summary>
    public bool IsDue()
    {
        var interval = given();
        if (interval > asked)
            Tick(asked < Glance ? asked : Glance);
        else if (_timer.Period == asked)
            return true;
        return timeProvider.GetUtcNow() - _polledAt >= interval;
    }

    /// <summary>A poll begins now.</summary>
    public void NotePoll()
    {
        _polledAt = timeProvider.GetUtcNow();
        if (given() <= asked)
            Tick(asked);
    }

    public void Dispose() => _timer.Dispose();

    private void Tick(TimeSpan period)
    {
        if (_timer.Period != period)
            _timer.Period = period;
    }
}
