using System.Diagnostics.CodeAnalysis;

namespace Tandem.Simulator.Data;

/// <summary>
/// Record ids: 15 case-sensitive letters and digits, and three more that tell the case of the 15. Everything inside the org uses 18;
/// requests may use either. Source: salesforce-api.md, section 8.1.
/// </summary>
public static class RecordId
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string ChecksumLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    /// <summary>The middle of every id of this org, as an instance of the platform has its own.</summary>
    private const string Instance = "Td0";

    /// <summary>The 18-character id of the nth record under a key prefix.</summary>
    public static string Create(string keyPrefix, long number) => string.Create(18, (keyPrefix, number), static (id, state) =>
    {
        state.keyPrefix.CopyTo(id);
        Instance.CopyTo(id[3..]);
        var rest = state.number;
        for (var at = 14; at >= 6; at--)
        {
            id[at] = Digits[(int)(rest % 62)];
            rest /= 62;
        }

        AddChecksum(id);
    });

    /// <summary>
    /// Takes an id of 15 or 18 characters and gives the one of 18. A wrong letter case in an id of 18 is put right by its checksum;
    /// anything else, or a checksum that no case fits, is refused.
    /// </summary>
    public static bool TryNormalize([NotNullWhen(true)] string? text, [NotNullWhen(true)] out string? id18)
    {
        id18 = null;
        if (text is null || text.Length is not (15 or 18) || !text.All(char.IsAsciiLetterOrDigit))
            return false;

        Span<char> id = stackalloc char[18];
        text.CopyTo(id);
        if (text.Length == 18 && !RepairCase(id))
            return false;
        AddChecksum(id);
        id18 = text.Length == 18 && id.SequenceEqual(text) ? text : new string(id);
        return true;
    }

    /// <summary>The 18-character form of an id of 15 or 18; null when the text is no id.</summary>
    public static string? Expand(string? text) => TryNormalize(text, out var id) ? id : null;

    private static bool RepairCase(Span<char> id)
    {
        for (var group = 0; group < 3; group++)
        {
            var bits = ChecksumLetters.IndexOf(char.ToUpperInvariant(id[15 + group]), StringComparison.Ordinal);
            if (bits < 0)
                return false;
            for (var at = 0; at < 5; at++)
            {
                ref var letter = ref id[(group * 5) + at];
                var isUpper = (bits >> at & 1) == 1;
                if (isUpper && !char.IsAsciiLetter(letter))
                    return false;
                letter = isUpper ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter);
            }
        }

        return true;
    }

    private static void AddChecksum(Span<char> id)
    {
        for (var group = 0; group < 3; group++)
        {
            var bits = 0;
            for (var at = 0; at < 5; at++)
                bits |= char.IsAsciiLetterUpper(id[(group * 5) + at]) ? 1 << at : 0;
            id[15 + group] = ChecksumLetters[bits];
        }
    }
}
