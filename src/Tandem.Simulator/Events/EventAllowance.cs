namespace Tandem.Simulator.Events;

/// <summary>Counts events hour by hour: deliveries over a rolling day, which CometD and Pub/Sub take from before they deliver, and
/// published ones of an hour. Source: salesforce-api.md, section 11.</summary>
public sealed class EventAllowance(int max, int hours, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly int[] _taken = new int[hours];
    private long _lastHour;
    private int _max = max;

    /// <summary>How many may be taken in all; the control plane sets it.</summary>
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
                return _taken.Sum();
            }
        }
    }

    public bool IsUsedUp => Used >= Max;

    /// <summary>Takes up to so many events and gives how many are granted; 0 when they are used up.</summary>
    public int Take(int wanted)
    {
        lock (_lock)
        {
            Forget();
            var granted = Math.Clamp(Max - _taken.Sum(), 0, wanted);
            _taken[_lastHour % hours] += granted;
            return granted;
        }
    }

    private void Forget()
    {
        var hour = timeProvider.GetUtcNow().Ticks / TimeSpan.TicksPerHour;
        for (var at = Math.Max(_lastHour + 1, hour - hours + 1); at <= hour; at++)
            _taken[at % hours] = 0;
        _lastHour = Math.Max(_lastHour, hour);
    }
}
