using System.Text;

namespace Tandem.Tests.Conformance.Fuzzing;

/// <summary>Makes broken input of sound input, the same for the same seed: cuts, copies, swaps, and the values that parsers fear.</summary>
internal sealed class Mutator(int seed)
{
    private const int DeepNesting = 3000;

    private static readonly string[] Feared =
    [
        "", "\0", "'", "\"", "\\", "(", ")", "[", "{", "}", ",", ":", "%", "%00", "..", "//", "\r\n", "\u00a0", "\ud83d", "\ufeff", "é",
        "null", "true", "-1", "0", "99999999999999999999999999", "1e400", "-0.0", "NaN", "2026-02-30", "9999-12-31T23:59:60Z", "@{a.b.c}",
        "@{a[9]}", "<", ">", "&", "&amp;", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "]]>", "#N/A", "SELECT", "FROM", "WHERE", "AND", "NOT", "IN",
        "LIKE", "GROUP BY", "ORDER BY", "LIMIT", "FIELDS(ALL)", "COUNT()", "(SELECT Id FROM Contacts)", "TYPEOF", "LAST_N_DAYS:",
        "001000000000000AAA", "__c", "__r.Id",
    ];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    public byte[] Bytes(int most)
    {
        var bytes = new byte[_random.Next(most + 1)];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Breaks a text in one to five places.</summary>
    public string Break(string text)
    {
        var broken = new StringBuilder(text);
        for (var times = _random.Next(1, 6); times > 0; times--)
            BreakOnce(broken);
        return broken.ToString();
    }

    private void BreakOnce(StringBuilder text)
    {
        var at = _random.Next(text.Length + 1);
        var length = Math.Min(_random.Next(1, 20), text.Length - at);
        switch (_random.Next(7))
        {
            case 0:
                text.Remove(at, length);
                break;
            case 1:
                text.Insert(at, text.ToString(at, length));
                break;
            case 2:
                text.Insert(at, Pick(Feared));
                break;
            case 3:
                text.Remove(at, length).Insert(at, Pick(Feared));
                break;
            case 4:
                text.Length = at;
                break;
            case 5:
                text.Insert(at, (char)_random.Next(1, 0x3000));
                break;
            default:
                // Rarely, because each costs: nesting that a careless reader follows with its stack.
                text.Insert(at, _random.Next(50) == 0 ? new string(Pick("([{'"), DeepNesting) : Pick(Feared));
                break;
        }
    }

    private char Pick(string letters) => letters[_random.Next(letters.Length)];
}
