namespace Tandem.Sync.Running.Allowance;

/// <summary>
/// Calls by the hour (UTC) of the last day. The oldest hour counts by the part of it that is still within the 24 hours, so that the sum
/// falls evenly and not by jumps.
/// </summary>
internal sealed class HourlyCalls
{
    private const int Hours = 25;

    private readonly long[] _calls = new long[Hours];
    private readonly long[] _hours = new long[Hours];

    /// <summary>The number of the hour that a moment lies in.</summary>
    public static long HourOf(DateTimeOffset moment) => moment.UtcTicks / TimeSpan.TicksPerHour;

    public static DateTime StartOf(long hour) => new(hour * TimeSpan.TicksPerHour, DateTimeKind.Utc);

    public void Add(long hour, long calls)
    {
        var place = hour % Hours;
        if (_hours[place] > hour)
            return;
        _calls[place] = _hours[place] == hour ? _calls[place] + calls : calls;
        _hours[place] = hour;
    }

    /// <summary>Calls of the 24 hours before the moment.</summary>
    public double SumAt(DateTimeOffset moment)
    {
        var now = (double)moment.UtcTicks / TimeSpan.TicksPerHour;
        var sum = 0.0;
        for (var place = 0; place < Hours; place++)
            sum += _calls[place] * Math.Clamp(_hours[place] + 1 - (now - 24), 0, 1);
        return sum;
    }
}
