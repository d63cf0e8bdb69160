using System.Globalization;

namespace Tandem.Simulator.Metadata;

/// <summary>
/// Compiles a formula's text by recursive descent, weakest first: <c>&amp;</c>, then <c>+ -</c>, then <c>* /</c>, then minus, literal,
/// field and parentheses. <see cref="MetadataReader"/> turns its sentence about a formula outside this into a metadata error.
/// </summary>
internal sealed class FormulaParser
{
    private readonly string _text;
    private readonly ObjectType _type;
    private int _at;

    private FormulaParser(string text, ObjectType type)
    {
        _text = text;
        _type = type;
    }

    public static Formula Parse(string text, ObjectType type)
    {
        var parser = new FormulaParser(text, type);
        var formula = parser.Concatenation();
        parser.SkipSpace();
        return parser._at == text.Length ? formula : throw parser.Error("expected an operator or the end");
    }

    private Formula Concatenation()
    {
        var left = Sum();
        while (Take('&'))
        {
            var (first, second) = (left, Sum());
            left = new Formula(values =>
                NullWhenEmpty(Formula.AsText(first.Evaluate(values)) + Formula.AsText(second.Evaluate(values))), true);
        }

        return left;
    }

    private Formula Sum()
    {
        var left = Product();
        while (true)
        {
            if (Take('+'))
                left = Arithmetic(left, Product(), (a, b) => a + b);
            else if (Take('-'))
                left = Arithmetic(left, Product(), (a, b) => a - b);
            else
                return left;
        }
    }

    private Formula Product()
    {
        var left = Unary();
        while (true)
        {
            if (Take('*'))
                left = Arithmetic(left, Unary(), (a, b) => a * b);
            else if (Take('/'))
                left = Arithmetic(left, Unary(), (a, b) => b == 0 ? null : a / b);
            else
                return left;
        }
    }

    private Formula Unary()
    {
        if (Take('-'))
            return Arithmetic(new Formula(_ => 0m, false), Unary(), (a, b) => a - b);
        if (Take('('))
        {
            var inner = Concatenation();
            return Take(')') ? inner : throw Error("expected a closing parenthesis");
        }

        SkipSpace();
        if (_at == _text.Length)
            throw Error("expected a literal or a field");
        return _text[_at] switch
        {
            '"' or '\'' => TextLiteral(_text[_at]),
            >= '0' and <= '9' => NumberLiteral(),
            _ => FieldReference(),
        };
    }

    private Formula TextLiteral(char quote)
    {
        var end = _text.IndexOf(quote, _at + 1);
        if (end < 0)
            throw Error("expected the closing quote of a text");
        var literal = _text[(_at + 1)..end];
        _at = end + 1;
        return new Formula(_ => literal, true);
    }

    private Formula NumberLiteral()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
            _at++;
        if (!decimal.TryParse(_text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var number))
            throw Error("expected a number");
        object boxed = number;
        return new Formula(_ => boxed, false);
    }

    private Formula FieldReference()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
            _at++;
        var name = _text[start.._at];
        var ordinal = _type.OrdinalOf(name);
        if (ordinal < 0)
            throw Error(name.Length == 0 ? "expected a literal or a field"
                : $"{name} is no field of {_type.Name}, and functions are not supported");
        var field = _type.Fields[ordinal];
        if (field.IsCalculated)
            throw Error($"{name} is a formula itself, and formulas over formulas are not supported");
        var isNumber = field.Type is FieldType.Double or FieldType.Currency or FieldType.Percent or FieldType.Int or FieldType.Long;
        var isText = field.Type is FieldType.String or FieldType.TextArea or FieldType.Picklist or FieldType.Phone or FieldType.Email
            or FieldType.Url or FieldType.Combobox or FieldType.Reference or FieldType.Id;
        if (!isNumber && !isText)
            throw Error($"{name} is neither text nor number");
        return new Formula(values => values[ordinal], isText);
    }

    private Formula Arithmetic(Formula left, Formula right, Func<decimal, decimal, decimal?> apply)
    {
        if (left.IsText || right.IsText)
            throw Error("expected numbers on both sides of + - * /");
        return new Formula(values => Formula.AsNumber(left.Evaluate(values)) is { } a && Formula.AsNumber(right.Evaluate(values)) is { } b
            ? apply(a, b) : null, false);
    }

    private static string? NullWhenEmpty(string text) => text.Length == 0 ? null : text;

    private bool Take(char symbol)
    {
        SkipSpace();
        if (_at == _text.Length || _text[_at] != symbol)
            return false;
        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private FormatException Error(string problem) => new($"the formula is not supported at character {_at + 1}: {problem}.");
}
