namespace Tandem.Simulator.Soql;

/// <summary>Reads the conditions of WHERE and HAVING. Source: salesforce-api.md, section 4.</summary>
internal sealed class ConditionParser(TokenReader tokens, ExpressionParser expressions, Func<SoqlQuery> parseQuery)
{
    public ICondition Parse() => tokens.Nested(ParseLevel);

    private ICondition ParseLevel()
    {
        var operands = new List<ICondition> { ParseOperand() };
        var isConjunction = tokens.Current.IsWord("AND");
        while (tokens.TakeWord(isConjunction ? "AND" : "OR"))
            operands.Add(ParseOperand());

        // The other connective on the same level is an error and not a matter of precedence.
        if (tokens.Current.IsWord("AND") || tokens.Current.IsWord("OR"))
            throw tokens.Unexpected(tokens.Current);
        return operands.Count == 1 ? operands[0] : new LogicalCondition { IsConjunction = isConjunction, Operands = operands };
    }

    private ICondition ParseOperand()
    {
        if (tokens.TakeWord("NOT"))
            return new NegatedCondition { Operand = tokens.Nested(ParseOperand) };

        if (!tokens.TakeSymbol("("))
            return ParseComparison();
        var operand = Parse();
        tokens.ExpectSymbol(")");
        return operand;
    }

    private ICondition ParseComparison()
    {
        var left = expressions.Parse();
        var token = tokens.Take();
        var comparison = token.Text.ToUpperInvariant() switch
        {
            _ when token.Kind is not (TokenKind.Symbol or TokenKind.Word) => throw tokens.Unexpected(token),
            "=" => CompareOperator.Equal,
            "!=" or "<>" => CompareOperator.NotEqual,
            "<" => CompareOperator.Less,
            "<=" => CompareOperator.LessOrEqual,
            ">" => CompareOperator.Greater,
            ">=" => CompareOperator.GreaterOrEqual,
            "LIKE" => CompareOperator.Like,
            "IN" => CompareOperator.In,
            "NOT" when tokens.TakeWord("IN") => CompareOperator.NotIn,
            "INCLUDES" => CompareOperator.Includes,
            "EXCLUDES" => CompareOperator.Excludes,
            _ => throw tokens.Unexpected(token),
        };

        if (comparison is CompareOperator.In or CompareOperator.NotIn && tokens.Current.IsSymbol("(") && tokens.Ahead(1).IsWord("SELECT"))
            return new SemiJoinCondition { Left = left, IsNegated = comparison == CompareOperator.NotIn, Query = ParseSubselect() };

        var literals = comparison switch
        {
            CompareOperator.In or CompareOperator.NotIn or CompareOperator.Includes or CompareOperator.Excludes => ParseLiterals(),
            _ => [ParseLiteral()],
        };
        return new ComparisonCondition { Left = left, Operator = comparison, Literals = literals };
    }

    private SoqlQuery ParseSubselect()
    {
        tokens.ExpectSymbol("(");
        var query = tokens.Nested(parseQuery);
        tokens.ExpectSymbol(")");
        return query;
    }

    private List<Literal> ParseLiterals()
    {
        tokens.ExpectSymbol("(");
        var literals = new List<Literal> { ParseLiteral() };
        while (tokens.TakeSymbol(","))
            literals.Add(ParseLiteral());
        tokens.ExpectSymbol(")");
        return literals;
    }

    private Literal ParseLiteral()
    {
        var token = tokens.Take();
        var text = token.Text;
        if (token.Kind == TokenKind.Word && DateSpan.TakesCount(text) && tokens.TakeSymbol(":"))
        {
            text = $"{text.ToUpperInvariant()}:{tokens.Current.Text}";
            tokens.TakeWhole();
        }

        if (LiteralSyntax.KindOf(token.Kind, text) is not { } kind)
            throw tokens.Unexpected(token);
        if (kind == LiteralKind.Text && StringLiteral.FindFault(text) is { } fault)
            throw tokens.Fault(token.Position, SoqlFault.MalformedQuery, fault);
        return new Literal { Kind = kind, Text = text, Position = token.Position };
    }
}
