using System.Buffers.Text;
using System.Globalization;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;

namespace Tandem.Sync.Schema;

/// <summary>
/// From Salesforce's bytes to Postgres's binary form, without a string per value. An empty value is null: Salesforce stores no
/// empty text, and Bulk spells null as nothing. Source: salesforce-api.md, section 8.2; performance.md, part B.
/// </summary>
public static class ValueEncoders
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    public static ValueEncoder For(ColumnKind kind) => kind switch
    {
        ColumnKind.Varchar or ColumnKind.Text => EncodeText,
        ColumnKind.Boolean => EncodeBoolean,
        ColumnKind.Integer => EncodeInteger,
        ColumnKind.BigInt => EncodeBigInt,
        ColumnKind.Double => EncodeDouble,
        ColumnKind.Date => EncodeDate,
        ColumnKind.Timestamp => EncodeTimestamp,
        ColumnKind.Time => EncodeTime,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of column."),
    };

    private static void EncodeText(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            rows.WriteNull();
        else
            rows.WriteUtf8(value);
    }

    private static void EncodeBoolean(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            rows.WriteNull();
        else if (value.SequenceEqual("true"u8))
            rows.WriteBoolean(true);
        else if (value.SequenceEqual("false"u8))
            rows.WriteBoolean(false);
        else
            throw NotA("boolean");
    }

    private static void EncodeInteger(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            rows.WriteNull();
        else
            rows.WriteInt32(checked((int)ParseWhole(value)));
    }

    private static void EncodeBigInt(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            rows.WriteNull();
        else
            rows.WriteInt64(ParseWhole(value));
    }

    private static void EncodeDouble(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            rows.WriteNull();
        else if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            rows.WriteDouble(number);
        else
            throw NotA("number");
    }

    private static void EncodeDate(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            rows.WriteNull();
        else if (value.Length == 10)
            rows.WriteDate(ParseDays(value));
        else
            throw NotA("date");
    }

    private static void EncodeTimestamp(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            rows.WriteNull();
            return;
        }

        if (value.Length < 19 || value[10] != (byte)'T')
            throw NotA("datetime");
        var microseconds = ParseDays(value[..10]) * MicrosecondsPerDay + ParseTimeOfDay(value[11..], out var rest);
        rows.WriteTimestamp(microseconds - ParseOffset(rest));
    }

    private static void EncodeTime(CopyRows rows, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            rows.WriteNull();
            return;
        }

        var microseconds = ParseTimeOfDay(value, out var rest);
        if (!(rest.IsEmpty || rest.SequenceEqual("Z"u8)))
            throw NotA("time");
        rows.WriteTime(microseconds);
    }

    /// <summary>Bulk may spell a whole number with a fraction of zero or an exponent.</summary>
    private static long ParseWhole(ReadOnlySpan<byte> value)
    {
        if (Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length)
            return number;
        if (decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var spelled) && decimal.IsInteger(spelled))
            return (long)spelled;
        throw NotA("whole number");
    }

    /// <summary>Days since 2000-01-01 of <c>YYYY-MM-DD</c>.</summary>
    private static int ParseDays(ReadOnlySpan<byte> value)
    {
        if (value[4] != (byte)'-' || value[7] != (byte)'-')
            throw NotA("date");
        int year = ParseDigits(value[..4]), month = ParseDigits(value[5..7]), day = ParseDigits(value[8..10]);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            throw NotA("date");
        return new DateOnly(year, month, day).DayNumber - PostgresEpoch;
    }

    private static int PostgresEpoch { get; } = new DateOnly(2000, 1, 1).DayNumber;

    /// <summary>Microseconds since midnight of <c>HH:MM:SS</c> with a fraction of any length; the rest is the zone.</summary>
    private static long ParseTimeOfDay(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> rest)
    {
        if (value.Length < 8 || value[2] != (byte)':' || value[5] != (byte)':')
            throw NotA("time");
        int hours = ParseDigits(value[..2]), minutes = ParseDigits(value[3..5]), seconds = ParseDigits(value[6..8]);
        if (hours > 23 || minutes > 59 || seconds > 59)
            throw NotA("time");
        var microseconds = ((hours * 60L + minutes) * 60 + seconds) * 1_000_000;
        rest = value[8..];
        if (rest.IsEmpty || rest[0] != (byte)'.')
            return microseconds;

        var unit = 100_000;
        var at = 1;
        for (; at < rest.Length && rest[at] is >= (byte)'0' and <= (byte)'9'; at++, unit /= 10)
            microseconds += (rest[at] - (byte)'0') * unit;
        rest = rest[at..];
        return microseconds;
    }

    /// <summary>Microseconds east of UTC of <c>Z</c>, <c>+0000</c>, <c>+00:00</c> or nothing.</summary>
    private static long ParseOffset(ReadOnlySpan<byte> zone)
    {
        if (zone.IsEmpty || zone.SequenceEqual("Z"u8))
            return 0;
        var sign = zone[0] switch { (byte)'+' => 1, (byte)'-' => -1, _ => throw NotA("datetime") };
        var (hours, minutes) = zone.Length switch
        {
            5 => (ParseDigits(zone[1..3]), ParseDigits(zone[3..5])),
            6 when zone[3] == (byte)':' => (ParseDigits(zone[1..3]), ParseDigits(zone[4..6])),
            _ => throw NotA("datetime"),
        };
        return sign * (hours * 60L + minutes) * 60_000_000;
    }

    private static int ParseDigits(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                throw NotA("number");
            number = number * 10 + (digit - (byte)'0');
        }

        return number;
    }

    private static FormatException NotA(string expected) => new($"Salesforce sent a value that is no {expected}.");
}
