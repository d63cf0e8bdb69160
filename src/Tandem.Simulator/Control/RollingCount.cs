namespace Tandem.Simulator.Control;

/// <summary>Counts things over the last so many hours of the org's time, hour by hour: calls of a day, events of a day or an hour. Its
/// owners bring their own lock.</summary>
internal sealed class RollingCount(int hours, TimeProvider timeProvider)
{
    private readonly int[] _counts = new int[hours];
    private long _lastHour;

    /// <summary>Setting it forgets when things came and takes them for things of this hour.</summary>
    public int Total
    {
        get
        {
            Forget();
            return _counts.Sum();
        }

        set
        {
            Forget();
            Array.Clear(_counts);
            _counts[_lastHour % hours] = value;
        }
    }

    public void Add(int count)
    {
        Forget();
        _counts[_lastHour % hours] += count;
    }

    private void Forget()
    {
        var hour = timeProvider.GetUtcNow().Ticks / TimeSpan.TicksPerHour;
        for (var at = Math.Max(_lastHour + 1, hour - hours + 1); at <= hour; at++)
            _counts[at % hours] = 0;
        _lastHour = Math.Max(_lastHour, hour);
    }
}
