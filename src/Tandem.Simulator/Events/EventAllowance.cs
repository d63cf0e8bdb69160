namespace Tandem.Simulator.Events;

/// <summary>Counts delivered events over a rolling day, hour by hour; CometD and Pub/Sub take from it before they deliver. Source:
/// salesforce-api.md, section 11.</summary>
public sealed class EventAllowance(int max, TimeProvider timeProvider)
{
    private const int Hours = 24;

    private readonly Lock _lock = new();
    private readonly int[] _delivered = new int[Hours];
    private long _lastHour;
    private int _max = max;

    /// <summary>Events that may be delivered in a day; the control plane sets it.</summary>
    public int Max
    {
        get => Volatile.Read(ref _max);
        set => Volatile.Write(ref _max, value);
    }

    public int Used
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return _delivered.Sum();
            }
        }
    }

    public bool IsUsedUp => Used >= Max;

    /// <summary>Takes up to so many events and gives how many are granted; 0 when the day's events are used up.</summary>
    public int Take(int wanted)
    {
        lock (_lock)
        {
            Forget();
            var granted = Math.Clamp(Max - _delivered.Sum(), 0, wanted);
            _delivered[_lastHour % Hours] += granted;
            return granted;
        }
    }

    private void Forget()
    {
        var hour = timeProvider.GetUtcNow().Ticks / TimeSpan.TicksPerHour;
        for (var at = Math.Max(_lastHour + 1, hour - Hours + 1); at <= hour; at++)
            _delivered[at % Hours] = 0;
        _lastHour = Math.Max(_lastHour, hour);
    }
}
