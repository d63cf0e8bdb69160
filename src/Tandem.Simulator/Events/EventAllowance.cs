using Tandem.Simulator.Control;

namespace Tandem.Simulator.Events;

/// <summary>Counts events hour by hour: deliveries over a rolling day, which CometD and Pub/Sub take from before they deliver, and
/// published ones of an hour. Source: salesforce-api.md, section 11.</summary>
public sealed class EventAllowance(int max, int hours, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly RollingCount _taken = new(hours, timeProvider);
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
                return _taken.Total;
        }
    }

    public bool IsUsedUp => Used >= Max;

    /// <summary>Takes up to so many events and gives how many are granted; 0 when they are used up.</summary>
    public int Take(int wanted)
    {
        lock (_lock)
        {
            var granted = Math.Clamp(Max - _taken.Total, 0, wanted);
            _taken.Add(granted);
            return granted;
        }
    }
}
