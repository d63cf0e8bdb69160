namespace Tandem.Simulator.Soql;

/// <summary>
/// A LIKE pattern: <c>%</c> stands for any characters, <c>_</c> for one, letter case counts for nothing.
/// Source: salesforce-api.md, section 4.
/// </summary>
internal sealed class LikePattern
{
    // Outside of the characters that text holds, so that an escaped % or _ stays a plain character.
    private const int AnyRun = -1;
    private const int AnyOne = -2;

    private readonly int[] _pattern;
    private readonly bool _isCaseSensitive;

    /// <summary>Reads the pattern from the text between the quotes, escapes untouched.</summary>
    public LikePattern(string raw, bool isCaseSensitive)
    {
        _isCaseSensitive = isCaseSensitive;
        var pattern = new List<int>(raw.Length);
        for (var place = 0; place < raw.Length;)
        {
            if (raw[place] == '\\')
            {
                pattern.Add(Fold(StringLiteral.Escape(raw, place, out var length) ?? raw[place + 1]));
                place += length;
                continue;
            }

            pattern.Add(raw[place] switch { '%' => AnyRun, '_' => AnyOne, var character => Fold(character) });
            place++;
        }

        _pattern = [.. pattern];
    }

    public bool Matches(string text)
    {
        int place = 0, step = 0, retryStep = -1, retryPlace = 0;
        while (place < text.Length)
        {
            if (step < _pattern.Length && _pattern[step] == AnyRun)
            {
                retryStep = step++;
                retryPlace = place;
            }
            else if (step < _pattern.Length && (_pattern[step] == AnyOne || _pattern[step] == Fold(text[place])))
            {
                step++;
                place++;
            }
            else if (retryStep >= 0)
            {
                step = retryStep + 1;
                place = ++retryPlace;
            }
            else
            {
                return false;
            }
        }

        while (step < _pattern.Length && _pattern[step] == AnyRun)
            step++;
        return step == _pattern.Length;
    }

    private int Fold(char character) => _isCaseSensitive ? character : char.ToUpperInvariant(character);
}
