namespace Tandem.Sync.Running.Allowance;

/// <summary>
/// Ticks at a mapping's interval, and says which ticks are for a poll: all of them as long as the budget lets polls come as asked. While
/// it does not, ticks are only looks whether a poll is due by now, so that the interval follows the budget up and down.
/// </summary>
internal sealed class PollTimer(LiveMapping mapping, TimeProvider timeProvider) : IDisposable
{
    /// <summary>How often slowed polls, and loads that wait, look whether they may go on.</summary>
    public static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _asked = mapping.Mapped.Mapping.PollInterval;
    private readonly PeriodicTimer _timer = new(mapping.Mapped.Mapping.PollInterval, timeProvider);
    private DateTimeOffset _polledAt;

    public Task<bool> WaitAsync(CancellationToken cancellationToken) => _timer.WaitForNextTickAsync(cancellationToken).AsTask();

    /// <summary>Whether the present tick is for a poll.</summary>
    public bool IsDue()
    {
        var given = mapping.PollInterval;
        var looks = _asked < Glance ? _asked : Glance;
        if (given > _asked)
            Tick(looks);
        else if (_timer.Period == _asked)
            return true;
        return timeProvider.GetUtcNow() - _polledAt >= given;
    }

    /// <summary>A poll begins now.</summary>
    public void NotePoll()
    {
        _polledAt = timeProvider.GetUtcNow();
        if (mapping.PollInterval <= _asked)
            Tick(_asked);
    }

    public void Dispose() => _timer.Dispose();

    private void Tick(TimeSpan period)
    {
        if (_timer.Period != period)
            _timer.Period = period;
    }
}
