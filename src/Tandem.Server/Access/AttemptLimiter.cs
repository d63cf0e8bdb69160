namespace Tandem.Server.Access;

/// <summary>
/// How often something may be tried by a key: some times in a row, then once each interval. Remembers one time per key, the one at which
/// the key's attempts are paid for; a key that has paid is forgotten, and so are those that owe least when there are too many.
/// </summary>
internal sealed class AttemptLimiter(int burst, TimeSpan interval, int capacity, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TimeSpan> _paidAt = new(StringComparer.Ordinal);
    private readonly long _start = timeProvider.GetTimestamp();

    public int Remembered
    {
        get
        {
            lock (_gate)
                return _paidAt.Count;
        }
    }

    /// <returns>Zero when the attempt may be made, and is counted; else how long to wait before the next.</returns>
    public TimeSpan Take(string key)
    {
        lock (_gate)
        {
            var now = timeProvider.GetElapsedTime(_start);
            var isKnown = _paidAt.TryGetValue(key, out var owed) && owed > now;
            var paidAt = (isKnown ? owed : now) + interval;
            var wait = paidAt - now - (burst * interval);
            if (wait > TimeSpan.Zero)
                return wait;
            if (!isKnown && _paidAt.Count >= capacity)
                MakeRoom(now);
            _paidAt[key] = paidAt;
            return TimeSpan.Zero;
        }
    }

    /// <summary>Forgets the attempts: the last one was right.</summary>
    public void Forgive(string key)
    {
        lock (_gate)
            _paidAt.Remove(key);
    }

    /// <summary>A key under attack owes most and stays. A quarter goes at once, so that a flood of keys does not sort for each.</summary>
    private void MakeRoom(TimeSpan now)
    {
        foreach (var (key, _) in _paidAt.Where(entry => entry.Value <= now).ToList())
            _paidAt.Remove(key);
        var surplus = _paidAt.Count - (capacity * 3 / 4);
        foreach (var (key, _) in _paidAt.OrderBy(entry => entry.Value).Take(Math.Max(surplus, 0)).ToList())
            _paidAt.Remove(key);
    }
}
