namespace Tandem.Simulator.Events;

/// <summary>
/// Issues the org's replay ids and remembers when, so that an id that was never issued is told from one that is quiet. Used by the bus,
/// under its lock.
/// </summary>
internal sealed class ReplayIds(TimeProvider timeProvider, int capacity)
{
    private static readonly TimeSpan MarkEvery = TimeSpan.FromHours(1);

    private readonly Retained<(long Id, DateTimeOffset IssuedAt)> _issued = new();

    // An org that is started again begins above whatever it has issued before.
    private long _last = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    public long Next()
    {
        // Ids leave gaps, so that nobody counts on the next one.
        _last += _last % 5 == 0 ? 3 : 1;
        _issued.Add((_last, timeProvider.GetUtcNow()));
        if (_issued.Count > capacity)
            _issued.DropFirst();
        return _last;
    }

    /// <summary>The newest id. A quiet org issues one from time to time, so that who reads nothing still has a place that is kept.</summary>
    public long Latest() =>
        _issued.Count == 0 || timeProvider.GetUtcNow() - _issued[_issued.Count - 1].IssuedAt >= MarkEvery ? Next() : _last;

    /// <summary>When an id was issued; null for one that never was or is long forgotten.</summary>
    public DateTimeOffset? IssuedAt(long id)
    {
        var place = _issued.FirstAfter(id, static entry => entry.Id) - 1;
        return place >= 0 && _issued[place].Id == id ? _issued[place].IssuedAt : null;
    }

    /// <summary>From now on no id from before counts as issued.</summary>
    public void Forget()
    {
        while (_issued.Count > 0)
            _issued.DropFirst();
    }
}
