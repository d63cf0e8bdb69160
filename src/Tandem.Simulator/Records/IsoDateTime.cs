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
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, Styles, out var parsed))
            return false;
        moment = new DateTime(parsed.Ticks - (parsed.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        return true;
    }
}
