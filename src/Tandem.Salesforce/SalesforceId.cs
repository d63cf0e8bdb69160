using System.Diagnostics.CodeAnalysis;

namespace Tandem.Salesforce;

/// <summary>
/// A record's id, always in the 18-character form, so that two spellings of one id are equal and safe in case-insensitive places.
/// Source: salesforce-api.md, section 8.1.
/// </summary>
public readonly record struct SalesforceId
{
    private const int ShortLength = 15;
    private const int LongLength = 18;
    private const int GroupLength = 5;
    private const string ChecksumAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    private readonly string? _text;

    private SalesforceId(string text) => _text = text;

    /// <summary>The 18 characters; empty for the default value, which is no id.</summary>
    public string Value => _text ?? "";

    /// <summary>Accepts 15 characters, or 18 whose checksum fits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SalesforceId id)
    {
        id = default;
        if (text is not { Length: ShortLength or LongLength })
            return false;
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character))
                return false;
        }

        Span<char> checksum = stackalloc char[LongLength - ShortLength];
        WriteChecksum(text, checksum);
        if (text.Length == ShortLength)
        {
            id = new SalesforceId(string.Concat(text, checksum));
            return true;
        }

        if (!text.AsSpan(ShortLength).SequenceEqual(checksum))
            return false;
        id = new SalesforceId(text);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>; throws a <see cref="FormatException"/> for what is no id.</summary>
    public static SalesforceId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException(
            "A Salesforce id has 15 letters or digits, or 18 with a fitting checksum; "
            + $"found a text of {text?.Length ?? 0} characters that is not one.");

    public override string ToString() => Value;

    private static void WriteChecksum(ReadOnlySpan<char> text, Span<char> checksum)
    {
        for (var group = 0; group < checksum.Length; group++)
        {
            var bits = 0;
            for (var position = 0; position < GroupLength; position++)
            {
                if (char.IsAsciiLetterUpper(text[(group * GroupLength) + position]))
                    bits |= 1 << position;
            }

            checksum[group] = ChecksumAlphabet[bits];
        }
    }
}
