using System.Globalization;
using System.Text;

namespace Tandem.Simulator.Soql;

/// <summary>The escapes of quoted strings. Source: salesforce-api.md, section 4, "Literals".</summary>
internal static class StringLiteral
{
    private const int LongestText = 4000;
    private const int DigitsOfCodeUnit = 4;

    /// <summary>What is wrong with the text between two quotes, as a sentence; null when it is well formed.</summary>
    public static string? FindFault(string raw)
    {
        if (raw.Length > LongestText)
            return $"A string literal has at most {LongestText} characters; this one has {raw.Length}.";

        for (var place = raw.IndexOf('\\'); place >= 0; place = raw.IndexOf('\\', place))
        {
            if (Escape(raw, place, out var length) is null && raw[place + 1] is not ('_' or '%'))
                return $"Invalid string literal: illegal character sequence '\\{raw[place + 1]}' in string literal.";
            place += length;
            if (place >= raw.Length)
                break;
        }

        return null;
    }

    /// <summary>The characters that a well-formed literal stands for outside LIKE.</summary>
    public static string Unescape(string raw)
    {
        if (!raw.Contains('\\'))
            return raw;

        var text = new StringBuilder(raw.Length);
        for (var place = 0; place < raw.Length;)
        {
            if (raw[place] != '\\')
            {
                text.Append(raw[place++]);
                continue;
            }

            text.Append(Escape(raw, place, out var length) ?? raw[place + 1]);
            place += length;
        }

        return text.ToString();
    }

    /// <summary>
    /// The character that the escape at this place stands for, and the escape's length; null for an escape of LIKE or none.
    /// </summary>
    public static char? Escape(string raw, int place, out int length)
    {
        length = 2;
        switch (raw[place + 1])
        {
            case '\\' or '\'' or '"': return raw[place + 1];
            case 'n' or 'N': return '\n';
            case 'r' or 'R': return '\r';
            case 't' or 'T': return '\t';
            case 'b' or 'B': return '\b';
            case 'f' or 'F': return '\f';
            case 'u' when place + 2 + DigitsOfCodeUnit <= raw.Length
                && ushort.TryParse(
                    raw.AsSpan(place + 2, DigitsOfCodeUnit), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                length = 2 + DigitsOfCodeUnit;
                return (char)unit;
            default: return null;
        }
    }
}
