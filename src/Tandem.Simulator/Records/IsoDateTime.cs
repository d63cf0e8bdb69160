using System.Globalization;

namespace Tandem.Simulator.Records;

/// <summary>Reads dates and times as requests spell them: ISO 8601 with a zone, in any of the zone's spellings.</summary>
internal static class IsoDateTime
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
        "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm'Z'",
    ];

    /// <summary>UTC, cut to whole seconds, which is what the platform keeps.</summary>
    public static bool TryParse(string? text, out DateTime moment)
    {
        moment = default;
        if (TryUsual(text, out moment))
            return true;
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, Styles, out var parsed))
            return false;
        moment = new DateTime(parsed.Ticks - (parsed.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        return true;
    }

    /// <summary>The spelling that nearly all requests use, <c>2026-01-31T10:00:00.000Z</c> with or without the fraction, read without the
    /// search through the formats.</summary>
    private static bool TryUsual(ReadOnlySpan<char> text, out DateTime moment)
    {
        moment = default;
        if (text.Length is not (20 or 24) || text[^1] != 'Z' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || (text.Length == 24 && (text[19] != '.' || !TryDigits(text[20..23], out _)))
            || !TryDate(text[..10], out var date) || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute)
            || !TryDigits(text[17..19], out var second) || hour > 23 || minute > 59 || second > 59)
            return false;
        moment = date.ToDateTime(new TimeOnly(hour, minute, second), DateTimeKind.Utc);
        return true;
    }

    /// <summary>Reads <c>2026-01-31</c> and nothing else.</summary>
    public static bool TryDate(ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-' || !TryDigits(text[..4], out var year)
            || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..], out var day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
            return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (var letter in text)
        {
            if (!char.IsAsciiDigit(letter))
                return false;
            number = (number * 10) + (letter - '0');
        }

        return true;
    }
}
