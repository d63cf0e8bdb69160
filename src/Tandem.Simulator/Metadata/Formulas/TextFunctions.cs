using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>The functions that make, cut and search texts.</summary>
internal static class TextFunctions
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    public static IEnumerable<KeyValuePair<string, Func<FormulaCall, FormulaTerm>>> All =>
    [
        new("TEXT", ToText),
        new("VALUE", Value),
        new("LEFT", call => Cut(call, (text, count) => text[..Math.Min(count, text.Length)])),
        new("RIGHT", call => Cut(call, (text, count) => text[^Math.Min(count, text.Length)..])),
        new("MID", Mid),
        new("LEN", call => Map(call, FormulaKind.Number, text => (decimal)text.Length)),
        new("TRIM", call => Map(call, FormulaKind.Text, text => text.Trim())),
        new("UPPER", call => Map(call, FormulaKind.Text, text => text.ToUpperInvariant())),
        new("LOWER", call => Map(call, FormulaKind.Text, text => text.ToLowerInvariant())),
        new("CASESAFEID", call => Map(call, FormulaKind.Text, text => RecordId.Expand(text) ?? text)),
        new("FIND", Find),
        new("CONTAINS", call => Ask(call, (text, part) => text.Contains(part, StringComparison.Ordinal))),
        new("BEGINS", call => Ask(call, (text, part) => text.StartsWith(part, StringComparison.Ordinal))),
        new("INCLUDES", call => Ask(call, (text, part) => text.Split(';').Contains(part, StringComparer.Ordinal))),
        new("REGEX", Matches),
        new("SUBSTITUTE", Substitute),
        new("LPAD", call => Pad(call, isLeft: true)),
        new("RPAD", call => Pad(call, isLeft: false)),
        new("BR", call => call.Takes(0, 0).Gives(FormulaKind.Text, _ => "\n")),
        new("HYPERLINK", Hyperlink),
    ];

    private static FormulaTerm ToText(FormulaCall call)
    {
        var argument = call.Takes(1, 1).Arguments[0];
        return argument.Kind == FormulaKind.Boolean ? throw call.Error("a boolean has no text")
            : call.Gives(FormulaKind.Text, row => FormulaValue.Text(argument.Evaluate(row)));
    }

    private static FormulaTerm Value(FormulaCall call)
    {
        var text = call.Takes(1, 1).Text(0);
        return call.Gives(FormulaKind.Number, row =>
            decimal.TryParse(text(row), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null);
    }

    private static FormulaTerm Map(FormulaCall call, FormulaKind kind, Func<string, object?> map)
    {
        var text = call.Takes(1, 1).Text(0);
        return call.Gives(kind, row => map(text(row)));
    }

    private static FormulaTerm Cut(FormulaCall call, Func<string, int, string> cut)
    {
        var (text, count) = (call.Takes(2, 2).Text(0), call.Number(1));
        return call.Gives(FormulaKind.Text, row => cut(text(row), Whole(count(row), 0)));
    }

    /// <summary>From a character counted from 1; a start before the text is its start.</summary>
    private static FormulaTerm Mid(FormulaCall call)
    {
        var (text, start, count) = (call.Takes(3, 3).Text(0), call.Number(1), call.Number(2));
        return call.Gives(FormulaKind.Text, row =>
        {
            var whole = text(row);
            var from = Math.Min(Math.Max(Whole(start(row), 1), 1) - 1, whole.Length);
            return whole.Substring(from, Math.Min(Whole(count(row), 0), whole.Length - from));
        });
    }

    /// <summary>The place of a text in another, counted from 1; 0 when it is not there.</summary>
    private static FormulaTerm Find(FormulaCall call)
    {
        var (part, text) = (call.Takes(2, 3).Text(0), call.Text(1));
        var start = call.Count == 3 ? call.Number(2) : _ => 1m;
        return call.Gives(FormulaKind.Number, row =>
        {
            var whole = text(row);
            var from = Math.Max(Whole(start(row), 1), 1) - 1;
            return from >= whole.Length ? 0m : (decimal)(whole.IndexOf(part(row), from, StringComparison.Ordinal) + 1);
        });
    }

    private static FormulaTerm Ask(FormulaCall call, Func<string, string, bool> ask)
    {
        var (text, part) = (call.Takes(2, 2).Text(0), call.Text(1));
        return call.GivesTruth(row => ask(text(row), part(row)));
    }

    private static FormulaTerm Matches(FormulaCall call)
    {
        var (text, pattern) = (call.Takes(2, 2).Text(0), call.Text(1));
        return call.GivesTruth(row =>
        {
            try
            {
                return Regex.IsMatch(text(row), $"^(?:{pattern(row)})$", RegexOptions.CultureInvariant, LongestMatch);
            }
            catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException)
            {
                return false;
            }
        });
    }

    private static FormulaTerm Substitute(FormulaCall call)
    {
        var (text, old, replacement) = (call.Takes(3, 3).Text(0), call.Text(1), call.Text(2));
        return call.Gives(FormulaKind.Text, row =>
            old(row) is { Length: > 0 } part ? text(row).Replace(part, replacement(row), StringComparison.Ordinal) : text(row));
    }

    private static FormulaTerm Pad(FormulaCall call, bool isLeft)
    {
        var (text, count) = (call.Takes(2, 3).Text(0), call.Number(1));
        var filler = call.Count == 3 ? call.Text(2) : _ => " ";
        return call.Gives(FormulaKind.Text, row =>
        {
            var (whole, length, fill) = (text(row), Math.Min(Whole(count(row), 0), 4000), filler(row));
            if (whole.Length >= length || fill.Length == 0)
                return whole[..Math.Min(length, whole.Length)];
            var pad = string.Concat(Enumerable.Repeat(fill, length))[..(length - whole.Length)];
            return isLeft ? pad + whole : whole + pad;
        });
    }

    private static FormulaTerm Hyperlink(FormulaCall call)
    {
        var (address, label) = (call.Takes(2, 3).Text(0), call.Text(1));
        var target = call.Count == 3 ? call.Text(2) : _ => "_blank";
        return call.Gives(FormulaKind.Text, row => $"<a href=\"{address(row)}\" target=\"{target(row)}\">{label(row)}</a>");
    }

    private static int Whole(decimal? number, int otherwise) => number is { } value ? (int)Math.Clamp(value, 0, 1_000_000) : otherwise;
}
