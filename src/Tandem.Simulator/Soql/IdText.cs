namespace Tandem.Simulator.Soql;

/// <summary>The two spellings of an id in conditions. Source: salesforce-api.md, section 8.1.</summary>
internal static class IdText
{
    private const int ShortLength = 15;
    private const int LongLength = 18;
    private const int GroupLength = 5;
    private const string ChecksumLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    /// <summary>The 18-character form of a 15- or 18-character id; null when the text has no id's shape.</summary>
    public static string? Expand(string text)
    {
        if (text.Length is not (ShortLength or LongLength) || !text.All(char.IsAsciiLetterOrDigit))
            return null;

        return string.Create(LongLength, text, static (id, text) =>
        {
            text.AsSpan(0, ShortLength).CopyTo(id);
            for (var group = 0; group < LongLength - ShortLength; group++)
            {
                var bits = 0;
                for (var place = 0; place < GroupLength; place++)
                    bits |= char.IsAsciiLetterUpper(text[(group * GroupLength) + place]) ? 1 << place : 0;
                id[ShortLength + group] = ChecksumLetters[bits];
            }
        });
    }
}
