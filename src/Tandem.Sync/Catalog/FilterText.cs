namespace Tandem.Sync.Catalog;

/// <summary>
/// Reads the structure of a mapping's filter, which becomes part of every query of its object: a condition and nothing else. What the
/// condition means, only the org can tell. Source: salesforce-api.md, section 4.
/// </summary>
public static class FilterText
{
    /// <summary>The filter shares the statement's 100,000 characters with the select list and what a poll adds.</summary>
    public const int Longest = 20_000;

    private static readonly HashSet<string> Clauses = new(StringComparer.OrdinalIgnoreCase)
    {
        "SELECT", "FROM", "WHERE", "USING", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "UPDATE",
    };

    /// <returns>One sentence about what keeps the text from being a condition; null when its structure is sound.</returns>
    public static string? FindProblem(string filter)
    {
        if (string.IsNullOrWhiteSpace(filter))
            return "expected a SOQL condition, found an empty text.";
        if (filter.Length > Longest)
            return $"expected at most {Longest} characters, found {filter.Length}.";
        var depth = 0;
        for (var at = 0; at < filter.Length; at++)
        {
            switch (filter[at])
            {
                case '\'':
                    if (EndOfLiteral(filter, at) is not { } end)
                        return $"the text that begins at position {at + 1} has no closing quote.";
                    at = end;
                    break;
                case '(':
                    depth++;
                    break;
                case ')' when --depth < 0:
                    return $"the parenthesis at position {at + 1} closes none.";
                case ';' or '{' or '}' or '#' or '`' or '\\':
                    return $"the character {filter[at]} at position {at + 1} has no place in a condition.";
                case '-' or '/' when IsComment(filter, at):
                    return $"a comment begins at position {at + 1}; SOQL has none.";
                case var first when char.IsControl(first) && !char.IsWhiteSpace(first):
                    return $"a control character stands at position {at + 1}.";
                case var first when IsWordPart(first):
                    var word = WordAt(filter, at);
                    if (depth == 0 && Clauses.Contains(word))
                        return $"expected a condition only, found {word.ToUpperInvariant()} at position {at + 1}.";
                    at += word.Length - 1;
                    break;
                default:
                    break;
            }
        }

        return depth == 0 ? null : $"{depth} parenthesis without its closing one.";
    }

    /// <summary>The place of the closing quote; null when there is none.</summary>
    private static int? EndOfLiteral(string text, int start)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '\'')
                return at;
        }

        return null;
    }

    private static bool IsComment(string text, int at) =>
        at + 1 < text.Length && (text[at], text[at + 1]) is ('-', '-') or ('/', '/') or ('/', '*');

    /// <summary>A path such as <c>Order.Name</c> is one word, so that a relationship may be named like a clause.</summary>
    private static string WordAt(string text, int start)
    {
        var end = start;
        while (end < text.Length && IsWordPart(text[end]))
            end++;
        return text[start..end];
    }

    private static bool IsWordPart(char character) => char.IsLetterOrDigit(character) || character is '_' or '.';
}
