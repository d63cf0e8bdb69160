namespace Tandem.Sync.Schema;

/// <summary>
/// Reads dates, times and datetimes, in every spelling that the APIs use, into Postgres's own reckoning from 2000-01-01.
/// Source: salesforce-api.md, section 8.2.
/// </summary>
internal static class SalesforceMoments
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    private static readonly int PostgresEpoch = new DateOnly(2000, 1, 1).DayNumber;

    /// <summary>Days since 2000-01-01 of <c>YYYY-MM-DD</c>.</summary>
    public static bool TryParseDays(ReadOnlySpan<byte> value, out int days)
    {
        days = 0;
        if (value.Length != 10 || value[4] != (byte)'-' || value[7] != (byte)'-')
            return false;
        int year = ParseDigits(value[..4]), month = ParseDigits(value[5..7]), day = ParseDigits(value[8..10]);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        days = new DateOnly(year, month, day).DayNumber - PostgresEpoch;
        return true;
    }

    /// <summary>Microseconds since 2000-01-01 UTC of a date, <c>T</c>, a time and a zone.</summary>
    public static bool TryParseMoment(ReadOnlySpan<byte> value, out long microseconds)
    {
        microseconds = 0;
        if (value.Length < 19 || value[10] != (byte)'T' || !TryParseDays(value[..10], out var days)
            || !TryParseTimeOfDay(value[11..], out var timeOfDay, out var zone) || !TryParseOffset(zone, out var offset))
        {
            return false;
        }

        microseconds = days * MicrosecondsPerDay + timeOfDay - offset;
        return true;
    }

    /// <summary>Microseconds since midnight of <c>HH:MM:SS</c> with a fraction of any length; the rest is the zone.</summary>
    public static bool TryParseTimeOfDay(ReadOnlySpan<byte> value, out long microseconds, out ReadOnlySpan<byte> rest)
    {
        microseconds = 0;
        rest = default;
        if (value.Length < 8 || value[2] != (byte)':' || value[5] != (byte)':')
            return false;
        int hours = ParseDigits(value[..2]), minutes = ParseDigits(value[3..5]), seconds = ParseDigits(value[6..8]);
        if (hours is < 0 or > 23 || minutes is < 0 or > 59 || seconds is < 0 or > 59)
            return false;
        microseconds = ((hours * 60L + minutes) * 60 + seconds) * 1_000_000;
        rest = value[8..];
        if (rest.IsEmpty || rest[0] != (byte)'.')
            return true;

        var unit = 100_000;
        var at = 1;
        for (; at < rest.Length && rest[at] is >= (byte)'0' and <= (byte)'9'; at++, unit /= 10)
            microseconds += (rest[at] - (byte)'0') * unit;
        rest = rest[at..];
        return at > 1;
    }

    /// <summary>Microseconds east of UTC of <c>Z</c>, <c>+0000</c>, <c>+00:00</c> or nothing.</summary>
    private static bool TryParseOffset(ReadOnlySpan<byte> zone, out long microseconds)
    {
        microseconds = 0;
        if (zone.IsEmpty || zone.SequenceEqual("Z"u8))
            return true;
        if (zone[0] is not ((byte)'+' or (byte)'-'))
            return false;
        var (hours, minutes) = zone.Length switch
        {
            5 => (ParseDigits(zone[1..3]), ParseDigits(zone[3..5])),
            6 when zone[3] == (byte)':' => (ParseDigits(zone[1..3]), ParseDigits(zone[4..6])),
            _ => (-1, -1),
        };
        if (hours is < 0 or > 23 || minutes is < 0 or > 59)
            return false;
        microseconds = (zone[0] == (byte)'-' ? -1 : 1) * (hours * 60L + minutes) * 60_000_000;
        return true;
    }

    /// <summary>-1 for what are no digits.</summary>
    private static int ParseDigits(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return -1;
            number = number * 10 + (digit - (byte)'0');
        }

        return number;
    }
}
