namespace Tandem.Simulator.Http;

/// <summary>Counts API calls over a rolling day, hour by hour; the server reports it in <c>Sforce-Limit-Info</c> and
/// <c>limits</c>.</summary>
internal sealed class ApiUsage(int max, TimeProvider timeProvider)
{
    private const int Hours = 24;

    private readonly Lock _lock = new();
    private readonly int[] _calls = new int[Hours];
    private long _lastHour;

    public int Max { get; } = max;

    public int Used
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return _calls.Sum();
            }
        }
    }

    /// <summary>Counts a call and gives the count with it; false, and no count, when the day's calls are used up.</summary>
    public bool TryCount(out int used)
    {
        lock (_lock)
        {
            Forget();
            used = _calls.Sum();
            if (used >= Max)
                return false;
            _calls[_lastHour % Hours]++;
            used++;
            return true;
        }
    }

    private void Forget()
    {
        var hour = timeProvider.GetUtcNow().Ticks / TimeSpan.TicksPerHour;
        for (var at = Math.Max(_lastHour + 1, hour - Hours + 1); at <= hour; at++)
            _calls[at % Hours] = 0;
        _lastHour = Math.Max(_lastHour, hour);
    }
}
