namespace Tandem.Sync.Freshness;

/// <summary>
/// Finds the references in a formula's text. It cuts the text into strings, comments, numbers, names and signs and looks at the names
/// alone; whether the formula makes sense is the org's affair, which has compiled it.
/// </summary>
public static class FormulaText
{
    private static readonly HashSet<string> Constants = new(StringComparer.OrdinalIgnoreCase) { "TRUE", "FALSE", "NULL" };

    public static FormulaReferences Read(string text)
    {
        var fields = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var functions = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var globals = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var isReadable = true;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            if (text[at] is '"' or '\'')
            {
                at = SkipString(text, at, ref isReadable);
            }
            else if (IsComment(text, at))
            {
                at = SkipComment(text, at, ref isReadable);
            }
            else if (IsNameStart(text[at]))
            {
                at = SkipName(text, at);
                var name = text[start..at];
                if (name[0] == '$')
                    globals.Add(name);
                else if (IsCalled(text, at))
                    functions.Add(name);
                else if (!Constants.Contains(name))
                    fields.Add(name);
            }
            else
            {
                at = char.IsAsciiDigit(text[at]) ? SkipNumber(text, at) : at + 1;
            }
        }

        return new FormulaReferences { Fields = fields, Functions = functions, Globals = globals, IsReadable = isReadable };
    }

    private static int SkipString(string text, int start, ref bool isReadable)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == text[start])
                return at + 1;
        }

        isReadable = false;
        return text.Length;
    }

    private static bool IsComment(string text, int at) => text[at] == '/' && at + 1 < text.Length && text[at + 1] == '*';

    private static int SkipComment(string text, int start, ref bool isReadable)
    {
        var end = text.IndexOf("*/", start + 2, StringComparison.Ordinal);
        if (end >= 0)
            return end + 2;
        isReadable = false;
        return text.Length;
    }

    /// <summary>Digits stick to the letters behind them, as in 1e5, which is no field.</summary>
    private static int SkipNumber(string text, int at)
    {
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.'))
            at++;
        return at;
    }

    /// <summary>A name goes on over a dot, or over the colon of <c>Owner:User</c>, where another name follows at once.</summary>
    private static int SkipName(string text, int at)
    {
        while (true)
        {
            at++;
            while (at < text.Length && IsNamePart(text[at]))
                at++;
            if (at + 1 >= text.Length || text[at] is not ('.' or ':') || !IsNameStart(text[at + 1]))
                return at;
            at++;
        }
    }

    private static bool IsNameStart(char character) => char.IsAsciiLetter(character) || character is '$' or '_';

    private static bool IsNamePart(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    /// <summary>True when the next sign, past blanks and comments, opens a parenthesis.</summary>
    private static bool IsCalled(string text, int at)
    {
        var isReadable = true;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
                at++;
            else if (IsComment(text, at))
                at = SkipComment(text, at, ref isReadable);
            else
                return text[at] == '(';
        }

        return false;
    }
}
