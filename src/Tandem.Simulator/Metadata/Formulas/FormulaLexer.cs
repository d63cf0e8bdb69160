using System.Globalization;
using System.Text;

namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>Cuts a formula's text into literals, names and symbols, past blanks and comments; the parser asks for one after the
/// other.</summary>
internal sealed class FormulaLexer(FormulaScope scope)
{
    private static readonly string[] Symbols =
        ["&&", "||", "<>", "!=", "<=", ">=", "==", "(", ")", ",", "&", "+", "-", "*", "/", "^", "=", "<", ">", "!"];

    private readonly string _text = scope.Text;

    /// <summary>Where the next token starts.</summary>
    public int Position { get; private set; }

    public bool IsAtEnd => Skip() == _text.Length;

    public bool Take(string symbol)
    {
        var at = Skip();
        if (!string.Equals(SymbolAt(at), symbol, StringComparison.Ordinal))
            return false;
        Position = at + symbol.Length;
        return true;
    }

    /// <summary>The first of these symbols that stands next; null when none does.</summary>
    public string? TakeAny(params ReadOnlySpan<string> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (Take(symbol))
                return symbol;
        }

        return null;
    }

    public bool TryText(out string text)
    {
        text = "";
        var start = Skip();
        if (start == _text.Length || _text[start] is not ('"' or '\''))
            return false;
        var read = new StringBuilder();
        var at = start + 1;
        for (; at < _text.Length && _text[at] != _text[start]; at++)
        {
            if (_text[at] == '\\' && at + 1 < _text.Length)
                at++;
            read.Append(_text[at] == 'n' && _text[at - 1] == '\\' ? '\n' : _text[at]);
        }

        if (at == _text.Length)
            throw scope.Error(start, "expected the closing quote of a text");
        Position = at + 1;
        text = read.ToString();
        return true;
    }

    public bool TryNumber(out decimal number)
    {
        number = 0;
        var start = Skip();
        var at = start;
        while (at < _text.Length && (char.IsAsciiDigit(_text[at]) || _text[at] == '.'))
            at++;
        if (at == start)
            return false;
        if (!decimal.TryParse(_text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number))
            throw scope.Error(start, $"{_text[start..at]} is no number");
        Position = at;
        return true;
    }

    public bool TryName(out string name)
    {
        var start = Skip();
        var at = start;
        while (at < _text.Length && (char.IsAsciiLetterOrDigit(_text[at]) || _text[at] is '_' or '.' or ':' or '$'))
            at++;
        name = _text[start..at];
        Position = at;
        return at > start;
    }

    /// <summary>Moves past blanks and comments.</summary>
    public int Skip()
    {
        while (Position < _text.Length)
        {
            if (char.IsWhiteSpace(_text[Position]))
            {
                Position++;
                continue;
            }

            if (!_text.AsSpan(Position).StartsWith("/*"))
                break;
            var end = _text.IndexOf("*/", Position + 2, StringComparison.Ordinal);
            Position = end < 0 ? throw scope.Error(Position, "expected the end of the comment") : end + 2;
        }

        return Position;
    }

    private string? SymbolAt(int at) =>
        Array.Find(Symbols, symbol => _text.AsSpan(at).StartsWith(symbol, StringComparison.Ordinal));
}
