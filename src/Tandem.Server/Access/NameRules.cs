using System.Globalization;
using System.Text;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Access;

/// <summary>What names may be. They stand in tables, logs and on screens, so they hold nothing that cannot be seen.</summary>
internal static class NameRules
{
    private const int Longest = 100;
    private const int LongestUserName = 64;
    private const int LongestEmail = 254;

    /// <exception cref="ConfigurationException">It cannot be a name.</exception>
    public static void Check(string what, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > Longest || name.Trim() != name || HasUnseen(name))
        {
            throw new ConfigurationException(
                $"The name of the {what}: expected 1 to {Longest} characters that can be seen, without spaces at the ends.");
        }
    }

    /// <summary>Letters without accents, so that no two names look alike; no @, so that no name looks like an e-mail address.</summary>
    public static void CheckUserName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > LongestUserName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'))
        {
            throw new ConfigurationException(
                $"The name of the user: expected 1 to {LongestUserName} letters a to z, digits, points, hyphens and underscores.");
        }
    }

    public static void CheckEmail(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        var at = email.IndexOf('@', StringComparison.Ordinal);
        if (email.Length > LongestEmail || at < 1 || at != email.LastIndexOf('@') || at == email.Length - 1
            || email.Any(char.IsWhiteSpace) || HasUnseen(email))
        {
            throw new ConfigurationException("The e-mail address: expected something like ada@example.com, found something else.");
        }
    }

    private static bool HasUnseen(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (rune == Rune.ReplacementChar
                || category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            {
                return true;
            }
        }

        return false;
    }
}
