using System.Collections.Frozen;
using System.Globalization;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Reads a statement of the supported subset. Everything outside of it is an unexpected token: the simulator refuses what it cannot
/// answer rightly. Source: salesforce-api.md, section 4.
/// </summary>
internal sealed class SoqlParser
{
    private const int LongestStatement = 100_000;
    private const int LargestOffset = 2000;
    private const int DeepestNesting = 100;

    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            "AND", "ASC", "DESC", "EXCLUDES", "FIRST", "FROM", "GROUP", "HAVING", "IN", "INCLUDES", "LAST", "LIKE", "LIMIT", "NOT", "NULL",
            "NULLS", "OR", "SELECT", "USING", "WHERE", "WITH",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Clauses = FrozenSet.ToFrozenSet(
        ["ORDER", "OFFSET", "FOR", "ALL", "UPDATE", "AS"], StringComparer.OrdinalIgnoreCase);

    private readonly string _statement;
    private readonly List<Token> _tokens;
    private int _next;
    private int _depth;

    private SoqlParser(string statement)
    {
        _statement = statement;
        _tokens = SoqlLexer.Read(statement);
    }

    private Token Current => _tokens[_next];

    public static SoqlQuery Parse(string text)
    {
        if (text.Length > LongestStatement)
        {
            throw new ApiException(400, SoqlFault.MalformedQuery,
                $"A SOQL statement has at most {LongestStatement} characters; this one has {text.Length}.");
        }

        return new SoqlParser(text).ParseQuery();
    }

    private SoqlQuery ParseQuery()
    {
        Expect("SELECT");
        var select = new List<SelectItem> { ParseSelectItem() };
        while (TakeSymbol(","))
            select.Add(ParseSelectItem());
        if (select.Count > 1 && select.Find(item => item.Kind == SelectKind.CountRows) is { } count)
            throw SoqlFault.At(_statement, count.Position, SoqlFault.MalformedQuery, "COUNT() stands alone in a select list.");

        Expect("FROM");
        var objectPosition = Current.Position;
        var objectName = ParseName();
        string? alias = null;
        if (Current.Kind == TokenKind.Word && !Reserved.Contains(Current.Text) && !Clauses.Contains(Current.Text))
            alias = ParseName();

        var where = TakeWord("WHERE") ? ParseCondition() : null;
        var order = new List<OrderItem>();
        if (TakeWord("ORDER"))
        {
            Expect("BY");
            do
                order.Add(ParseOrderItem());
            while (TakeSymbol(","));
        }

        int? limit = TakeWord("LIMIT") ? ParseWhole() : null;
        var offsetPosition = Current.Position;
        int? offset = TakeWord("OFFSET") ? ParseWhole() : null;
        if (offset > LargestOffset)
        {
            throw SoqlFault.At(_statement, offsetPosition, "NUMBER_OUTSIDE_VALID_RANGE",
                $"Maximum SOQL offset allowed is {LargestOffset}");
        }

        if (Current.Kind != TokenKind.End)
            throw SoqlFault.Unexpected(_statement, Current);

        return new SoqlQuery
        {
            Text = _statement,
            Select = select,
            ObjectName = objectName,
            ObjectPosition = objectPosition,
            Alias = alias,
            Where = where,
            OrderBy = order,
            Limit = limit,
            Offset = offset,
        };
    }

    private SelectItem ParseSelectItem()
    {
        var start = Current;
        if (start.Kind != TokenKind.Word || !_tokens[_next + 1].IsSymbol("("))
            return new SelectItem { Kind = SelectKind.Field, Path = ParsePath(), Position = start.Position };

        return start.Text.ToUpperInvariant() switch
        {
            "FIELDS" => ParseFieldsItem(),
            "COUNT" when _tokens[_next + 2].IsSymbol(")") => ParseCountRows(),
            "COUNT" => ParseAggregate(SelectKind.Count),
            "MIN" => ParseAggregate(SelectKind.Min),
            "MAX" => ParseAggregate(SelectKind.Max),
            "SUM" => ParseAggregate(SelectKind.Sum),
            "AVG" => ParseAggregate(SelectKind.Average),
            _ => throw SoqlFault.Unexpected(_statement, _tokens[_next + 1]),
        };
    }

    private SelectItem ParseFieldsItem()
    {
        var position = Current.Position;
        _next += 2;
        var kind = Current.Text.ToUpperInvariant() switch
        {
            "ALL" => SelectKind.AllFields,
            "STANDARD" => SelectKind.StandardFields,
            "CUSTOM" => SelectKind.CustomFields,
            _ => throw SoqlFault.Unexpected(_statement, Current),
        };
        _next++;
        ExpectSymbol(")");
        return new SelectItem { Kind = kind, Position = position };
    }

    private SelectItem ParseCountRows()
    {
        var position = Current.Position;
        _next += 3;
        return new SelectItem { Kind = SelectKind.CountRows, Position = position };
    }

    private SelectItem ParseAggregate(SelectKind kind)
    {
        var position = Current.Position;
        _next += 2;
        var path = ParsePath();
        ExpectSymbol(")");
        var alias = Current.Kind == TokenKind.Word && !Reserved.Contains(Current.Text) ? ParseName() : null;
        return new SelectItem { Kind = kind, Path = path, Alias = alias, Position = position };
    }

    private ICondition ParseCondition()
    {
        if (++_depth > DeepestNesting)
            throw SoqlFault.At(_statement, Current.Position, "QUERY_TOO_COMPLICATED", "The condition is nested too deeply.");

        var operands = new List<ICondition> { ParseOperand() };
        var isConjunction = Current.IsWord("AND");
        while (TakeWord(isConjunction ? "AND" : "OR"))
            operands.Add(ParseOperand());
        _depth--;

        // The other connective on the same level is an error and not a matter of precedence.
        if (Current.IsWord("AND") || Current.IsWord("OR"))
            throw SoqlFault.Unexpected(_statement, Current);
        return operands.Count == 1 ? operands[0] : new LogicalCondition { IsConjunction = isConjunction, Operands = operands };
    }

    private ICondition ParseOperand()
    {
        var negations = 0;
        while (TakeWord("NOT"))
            negations++;

        ICondition operand;
        if (TakeSymbol("("))
        {
            operand = ParseCondition();
            ExpectSymbol(")");
        }
        else
        {
            operand = ParseComparison();
        }

        for (; negations > 0; negations--)
            operand = new NegatedCondition { Operand = operand };
        return operand;
    }

    private ComparisonCondition ParseComparison()
    {
        var path = ParsePath();
        var token = Current;
        _next++;
        var comparison = token.Text.ToUpperInvariant() switch
        {
            _ when token.Kind is not (TokenKind.Symbol or TokenKind.Word) => throw SoqlFault.Unexpected(_statement, token),
            "=" => CompareOperator.Equal,
            "!=" or "<>" => CompareOperator.NotEqual,
            "<" => CompareOperator.Less,
            "<=" => CompareOperator.LessOrEqual,
            ">" => CompareOperator.Greater,
            ">=" => CompareOperator.GreaterOrEqual,
            "LIKE" => CompareOperator.Like,
            "IN" => CompareOperator.In,
            "NOT" when TakeWord("IN") => CompareOperator.NotIn,
            "INCLUDES" => CompareOperator.Includes,
            "EXCLUDES" => CompareOperator.Excludes,
            _ => throw SoqlFault.Unexpected(_statement, token),
        };

        var literals = comparison switch
        {
            CompareOperator.In or CompareOperator.NotIn or CompareOperator.Includes or CompareOperator.Excludes => ParseLiterals(),
            _ => [ParseLiteral()],
        };
        return new ComparisonCondition { Path = path, Operator = comparison, Literals = literals };
    }

    private List<Literal> ParseLiterals()
    {
        ExpectSymbol("(");
        var literals = new List<Literal> { ParseLiteral() };
        while (TakeSymbol(","))
            literals.Add(ParseLiteral());
        ExpectSymbol(")");
        return literals;
    }

    private Literal ParseLiteral()
    {
        var token = Current;
        _next++;
        var text = token.Text;
        if (token.Kind == TokenKind.Word && DateSpan.TakesCount(text) && TakeSymbol(":"))
        {
            text = $"{text.ToUpperInvariant()}:{Current.Text}";
            ParseWhole();
        }

        if (LiteralSyntax.KindOf(token.Kind, text) is not { } kind)
            throw SoqlFault.Unexpected(_statement, token);
        if (kind == LiteralKind.Text && StringLiteral.FindFault(text) is { } fault)
            throw SoqlFault.At(_statement, token.Position, SoqlFault.MalformedQuery, fault);
        return new Literal { Kind = kind, Text = text, Position = token.Position };
    }

    private OrderItem ParseOrderItem()
    {
        var path = ParsePath();
        var isDescending = TakeWord("DESC");
        if (!isDescending)
            TakeWord("ASC");

        var areNullsLast = false;
        if (TakeWord("NULLS"))
        {
            areNullsLast = TakeWord("LAST");
            if (!areNullsLast)
                Expect("FIRST");
        }

        return new OrderItem { Path = path, IsDescending = isDescending, AreNullsLast = areNullsLast };
    }

    private FieldPath ParsePath()
    {
        var position = Current.Position;
        var names = new List<string> { ParseName() };
        while (TakeSymbol("."))
            names.Add(ParseName());
        return new FieldPath { Names = names, Position = position };
    }

    private string ParseName()
    {
        var token = Current;
        if (token.Kind != TokenKind.Word || Reserved.Contains(token.Text))
            throw SoqlFault.Unexpected(_statement, token);
        _next++;
        return token.Text;
    }

    private int ParseWhole()
    {
        var token = Current;
        if (token.Kind != TokenKind.Figure || !int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw SoqlFault.Unexpected(_statement, token);
        _next++;
        return number;
    }

    private bool TakeWord(string word)
    {
        var taken = Current.IsWord(word);
        if (taken)
            _next++;
        return taken;
    }

    private bool TakeSymbol(string symbol)
    {
        var taken = Current.IsSymbol(symbol);
        if (taken)
            _next++;
        return taken;
    }

    private void Expect(string word)
    {
        if (!TakeWord(word))
            throw SoqlFault.Unexpected(_statement, Current);
    }

    private void ExpectSymbol(string symbol)
    {
        if (!TakeSymbol(symbol))
            throw SoqlFault.Unexpected(_statement, Current);
    }
}
