using System.Globalization;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Tells the kinds of unquoted literal apart and reads their values; for parser and binder.
/// Source: salesforce-api.md, section 4, "Literals".
/// </summary>
internal static class LiteralSyntax
{
    private const NumberStyles Decimal =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly string[] Zulu = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"];
    private static readonly string[] Offset = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.fffzzz"];
    private static readonly string[] Time = ["HH:mm:ss'Z'", "HH:mm:ss.fff'Z'"];

    /// <summary>The kind of the literal that a token spells; null when it spells none.</summary>
    public static LiteralKind? KindOf(TokenKind kind, string text) => kind switch
    {
        TokenKind.Text => LiteralKind.Text,
        TokenKind.Word when text.Equals("null", StringComparison.OrdinalIgnoreCase) => LiteralKind.Null,
        TokenKind.Word when bool.TryParse(text, out _) => LiteralKind.Boolean,
        TokenKind.Word when DateSpan.IsName(text) => LiteralKind.DateSpan,
        TokenKind.Figure when TryNumber(text, out _) => LiteralKind.Number,
        TokenKind.Figure when TryDate(text, out _) => LiteralKind.Date,
        TokenKind.Figure when TryDateTime(text, out _) => LiteralKind.DateTime,
        TokenKind.Figure when TryTime(text, out _) => LiteralKind.Time,
        _ => null,
    };

    public static bool TryNumber(string text, out decimal number) =>
        decimal.TryParse(text, Decimal, CultureInfo.InvariantCulture, out number);

    public static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>A datetime in UTC, whatever zone the literal names; without a zone it is none.</summary>
    public static bool TryDateTime(string text, out DateTime moment)
    {
        var read = DateTimeOffset.TryParseExact(text, Zulu, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            || DateTimeOffset.TryParseExact(text, Offset, CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
        moment = instant.UtcDateTime;
        return read;
    }

    public static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, Time, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
