using System.Text;

namespace Tandem.Postgres.ChangeLog;

/// <summary>
/// Reads and writes hstore's text form. The change log keeps it in plain text columns, where users may write anything, so reading must not
/// be left to a cast whose failure would take all other entries of the statement along.
/// </summary>
internal static class HstoreText
{
    /// <returns>Null when the text is no hstore.</returns>
    public static IReadOnlyDictionary<string, string?>? Parse(string text)
    {
        var pairs = new Dictionary<string, string?>(StringComparer.Ordinal);
        var at = SkipBlanks(text, 0);
        while (at < text.Length)
        {
            if (ReadToken(text, ref at) is not { } key)
                return null;
            at = SkipBlanks(text, at);
            if (string.CompareOrdinal(text, at, "=>", 0, 2) != 0)
                return null;
            at = SkipBlanks(text, at + 2);
            var isQuoted = at < text.Length && text[at] == '"';
            if (ReadToken(text, ref at) is not { } value)
                return null;
            pairs[key] = !isQuoted && value.Equals("null", StringComparison.OrdinalIgnoreCase) ? null : value;
            at = SkipBlanks(text, at);
            if (at == text.Length)
                break;
            if (text[at] != ',')
                return null;
            at = SkipBlanks(text, at + 1);
        }

        return pairs;
    }

    /// <summary>In hstore's own output form.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string?>> pairs) =>
        string.Join(", ", pairs.Select(pair => $"{Quote(pair.Key)}=>{(pair.Value is null ? "NULL" : Quote(pair.Value))}"));

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    /// <summary>A quoted text or a bare word; null when there is neither, or the quote stays open.</summary>
    private static string? ReadToken(string text, ref int at)
    {
        if (at == text.Length)
            return null;
        var isQuoted = text[at] == '"';
        if (isQuoted && TryReadPlain(text, ref at) is { } plain)
            return plain;
        if (isQuoted)
            at++;
        var token = new StringBuilder();
        for (; at < text.Length; at++)
        {
            var letter = text[at];
            if (letter == '\\')
            {
                if (++at == text.Length)
                    return null;
                token.Append(text[at]);
            }
            else if (isQuoted ? letter == '"' : EndsWord(text, at))
                break;
            else
                token.Append(letter);
        }

        if (!isQuoted)
            return token.Length > 0 ? token.ToString() : null;
        if (at == text.Length)
            return null;
        at++;
        return token.ToString();
    }

    /// <summary>A quoted text without a backslash, as nearly all are; null, and nothing read, when it has one or stays open.</summary>
    private static string? TryReadPlain(string text, ref int at)
    {
        var length = text.AsSpan(at + 1).IndexOfAny('"', '\\');
        if (length < 0 || text[at + 1 + length] != '"')
            return null;
        var token = text.Substring(at + 1, length);
        at += length + 2;
        return token;
    }

    private static bool EndsWord(string text, int at) =>
        text[at] is ',' or '"' || char.IsWhiteSpace(text[at]) || string.CompareOrdinal(text, at, "=>", 0, 2) == 0;
}
