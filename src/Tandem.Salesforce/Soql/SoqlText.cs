using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tandem.Salesforce.Soql;

/// <summary>
/// The one place where values and names become SOQL text. Everything that builds a query uses it. Source: salesforce-api.md, section 4.
/// </summary>
public static class SoqlText
{
    private static readonly SearchValues<char> NameCharacters
        = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.");

    /// <summary>A string literal with its quotes.</summary>
    public static string Literal(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('\'');
        foreach (var character in value)
        {
            switch (character)
            {
                case '\\': text.Append(@"\\"); break;
                case '\'': text.Append(@"\'"); break;
                case '"': text.Append("\\\""); break;
                case '\n': text.Append(@"\n"); break;
                case '\r': text.Append(@"\r"); break;
                case '\t': text.Append(@"\t"); break;
                case '\b': text.Append(@"\b"); break;
                case '\f': text.Append(@"\f"); break;
                default:
                    if (char.IsControl(character))
                        text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
                    else
                        text.Append(character);
                    break;
            }
        }

        return text.Append('\'').ToString();
    }

    /// <summary>A datetime literal in UTC with milliseconds; literals of this kind take no quotes.</summary>
    public static string DateTime(DateTimeOffset value)
        => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A date literal; literals of this kind take no quotes.</summary>
    public static string Date(DateOnly value) => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Answers the name of an object, a field or a path of fields unchanged; throws for what cannot be one.</summary>
    public static string Identifier(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var hasOnlyNameCharacters = !name.AsSpan().ContainsAnyExcept(NameCharacters);
        if (!hasOnlyNameCharacters || !StartsEachPartWithLetter(name))
        {
            throw new ArgumentException(
                $"A Salesforce name has letters, digits and '_', its parts joined by '.'; found others among {name.Length} characters.",
                nameof(name));
        }

        return name;
    }

    private static bool StartsEachPartWithLetter(string name)
    {
        foreach (var part in name.AsSpan().Split('.'))
        {
            if (name.AsSpan(part) is [] || !char.IsAsciiLetter(name[part.Start.Value]))
                return false;
        }

        return true;
    }
}
