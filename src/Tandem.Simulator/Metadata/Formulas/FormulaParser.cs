namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>
/// Compiles a formula's text by recursive descent, weakest first: or, and, equality, order, <c>&amp;</c>, sums, products, powers, signs.
/// Metadata is read with it, validation rules too. A mistake is a FormatException whose sentence starts with its place.
/// </summary>
internal sealed class FormulaParser
{
    private readonly FormulaScope _scope;
    private readonly FormulaLexer _lexer;

    private FormulaParser(FormulaScope scope)
    {
        _scope = scope;
        _lexer = new FormulaLexer(scope);
    }

    /// <summary>A formula over one record alone.</summary>
    public static Formula Parse(string text, ObjectType type) => Parse(text, type, _ => null);

    /// <summary>A formula that may go over to parents, whose objects <paramref name="findType"/> finds by name.</summary>
    public static Formula Parse(string text, ObjectType type, Func<string, ObjectType?> findType, bool treatBlankAsZero = false) =>
        Parse(new FormulaScope(text, type, findType) { TreatsBlankAsZero = treatBlankAsZero });

    /// <summary>The condition of a validation rule: it gives a boolean, and may ask what the save changes.</summary>
    public static Formula ParseRule(string text, ObjectType type, Func<string, ObjectType?> findType)
    {
        var rule = Parse(new FormulaScope(text, type, findType) { IsRule = true });
        return rule.Kind == FormulaKind.Boolean ? rule : throw new FormatException($"it gives a {Name(rule.Kind)}, expected a boolean.");
    }

    public static string Name(FormulaKind kind) => kind.ToString().ToLowerInvariant();

    private static Formula Parse(FormulaScope scope)
    {
        var parser = new FormulaParser(scope);
        var root = parser.Or();
        return parser._lexer.IsAtEnd ? new Formula(root, scope)
            : throw scope.Error(parser._lexer.Position, "expected an operator or the end");
    }

    private FormulaTerm Or()
    {
        var left = And();
        while (_lexer.Take("||"))
            left = FormulaOperators.Logical(_scope, "||", left, And());
        return left;
    }

    private FormulaTerm And()
    {
        var left = Equality();
        while (_lexer.Take("&&"))
            left = FormulaOperators.Logical(_scope, "&&", left, Equality());
        return left;
    }

    private FormulaTerm Equality()
    {
        var left = Order();
        while (_lexer.TakeAny("==", "=", "<>", "!=") is { } symbol)
            left = FormulaOperators.Equality(_scope, symbol, left, Order());
        return left;
    }

    private FormulaTerm Order()
    {
        var left = Concatenation();
        while (_lexer.TakeAny("<=", ">=", "<", ">") is { } symbol)
            left = FormulaOperators.Order(_scope, symbol, left, Concatenation());
        return left;
    }

    private FormulaTerm Concatenation()
    {
        var left = Sum();
        while (_lexer.Take("&"))
            left = FormulaOperators.Join(left, Sum());
        return left;
    }

    private FormulaTerm Sum()
    {
        var left = Product();
        while (_lexer.TakeAny("+", "-") is { } symbol)
            left = symbol is "+" ? FormulaOperators.Add(_scope, left, Product()) : FormulaOperators.Subtract(_scope, left, Product());
        return left;
    }

    private FormulaTerm Product()
    {
        var left = Power();
        while (_lexer.TakeAny("*", "/") is { } symbol)
            left = FormulaOperators.Arithmetic(_scope, symbol, left, Power());
        return left;
    }

    private FormulaTerm Power()
    {
        var left = Sign();
        while (_lexer.Take("^"))
            left = FormulaOperators.Arithmetic(_scope, "^", left, Sign());
        return left;
    }

    private FormulaTerm Sign()
    {
        var position = _lexer.Skip();
        if (_lexer.Take("-"))
            return FormulaOperators.Arithmetic(_scope, "-", new FormulaTerm(FormulaKind.Number, position, _ => 0m), Sign());
        if (_lexer.Take("+"))
            return Sign();
        return _lexer.Take("!") ? FormulaOperators.Not(_scope, Sign()) : Atom(position);
    }

    private FormulaTerm Atom(int position)
    {
        if (_lexer.Take("("))
        {
            var inner = Or();
            return _lexer.Take(")") ? inner : throw _scope.Error(_lexer.Skip(), "expected a closing parenthesis");
        }

        if (_lexer.TryText(out var text))
            return new FormulaTerm(FormulaKind.Text, position, _ => text);
        if (_lexer.TryNumber(out var number))
        {
            object boxed = number;
            return new FormulaTerm(FormulaKind.Number, position, _ => boxed);
        }

        if (!_lexer.TryName(out var name))
            throw _scope.Error(position, "expected a literal, a field or a function");
        if (_lexer.Take("("))
            return FormulaFunctions.Call(new FormulaCall(name.ToUpperInvariant(), position, Arguments(), _scope));
        return name.ToUpperInvariant() switch
        {
            "TRUE" => new FormulaTerm(FormulaKind.Boolean, position, _ => FormulaValue.True),
            "FALSE" => new FormulaTerm(FormulaKind.Boolean, position, _ => FormulaValue.False),
            "NULL" => new FormulaTerm(FormulaKind.Blank, position, _ => null),
            _ => _scope.Field(name, position),
        };
    }

    private List<FormulaTerm> Arguments()
    {
        var arguments = new List<FormulaTerm>();
        if (_lexer.Take(")"))
            return arguments;
        do
            arguments.Add(Or());
        while (_lexer.Take(","));
        return _lexer.Take(")") ? arguments : throw _scope.Error(_lexer.Skip(), "expected a comma or a closing parenthesis");
    }
}
