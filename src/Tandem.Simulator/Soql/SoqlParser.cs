using Tandem.Simulator.Http;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Reads a statement: the clauses and their order. Whatever does not belong is an unexpected token. Source: salesforce-api.md, section 4.
/// </summary>
internal sealed class SoqlParser
{
    private const int LongestStatement = 100_000;
    private const int LargestOffset = 2000;
    private const int LongestAliasChain = 20;

    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private readonly ConditionParser _conditions;
    private readonly SelectParser _select;

    private SoqlParser(string statement)
    {
        _tokens = new TokenReader(statement);
        _expressions = new ExpressionParser(_tokens);
        _conditions = new ConditionParser(_tokens, _expressions, ParseQuery);
        _select = new SelectParser(_tokens, _expressions, ParseQuery);
    }

    public static SoqlQuery Parse(string text)
    {
        if (text.Length > LongestStatement)
        {
            throw new ApiException(400, SoqlFault.MalformedQuery,
                $"A SOQL statement has at most {LongestStatement} characters; this one has {text.Length}.");
        }

        var parser = new SoqlParser(text);
        var query = parser.ParseQuery();
        parser.ParsePurpose();
        return parser._tokens.Current.Kind == TokenKind.End ? query : throw parser._tokens.Unexpected(parser._tokens.Current);
    }

    private SoqlQuery ParseQuery()
    {
        _tokens.Expect("SELECT");
        var select = _select.Parse();
        _tokens.Expect("FROM");
        var objectPosition = _tokens.Current.Position;
        var objectName = ParseObjectName();
        _tokens.TakeWord("AS");
        var alias = _tokens.TakeAlias();
        var parents = ParseParentAliases();
        var scopePosition = _tokens.Current.Position;
        var scope = ParseScope();
        var where = _tokens.TakeWord("WHERE") ? _conditions.Parse() : null;
        ParseWith();
        var grouping = ParseGrouping();
        var having = grouping is not null && _tokens.TakeWord("HAVING") ? _conditions.Parse() : null;
        var order = ParseOrder();
        int? limit = _tokens.TakeWord("LIMIT") ? _tokens.TakeWhole() : null;
        var offsetPosition = _tokens.Current.Position;
        int? offset = _tokens.TakeWord("OFFSET") ? _tokens.TakeWhole() : null;
        if (offset > LargestOffset)
            throw _tokens.Fault(offsetPosition, "NUMBER_OUTSIDE_VALID_RANGE", $"Maximum SOQL offset allowed is {LargestOffset}");

        return new SoqlQuery
        {
            Text = _tokens.Statement,
            Select = select,
            ObjectName = objectName,
            ObjectPosition = objectPosition,
            Alias = alias,
            ParentAliases = parents,
            Scope = scope,
            ScopePosition = scopePosition,
            Where = where,
            Grouping = grouping,
            Having = having,
            OrderBy = order,
            Limit = limit,
            Offset = offset,
        };
    }

    /// <summary>An object or a relationship to children, which may name the parent before it: <c>Account.Contacts</c>.</summary>
    private string ParseObjectName()
    {
        var name = _tokens.TakeObjectName();
        while (_tokens.TakeSymbol("."))
            name = _tokens.TakeObjectName();
        return name;
    }

    private List<AliasedPath> ParseParentAliases()
    {
        var aliases = new List<AliasedPath>();
        while (_tokens.TakeSymbol(","))
        {
            var path = _tokens.TakePath();
            _tokens.TakeWord("AS");
            aliases.Add(new AliasedPath(_tokens.TakeName(), path));
            if (aliases.Count > LongestAliasChain)
                throw _tokens.Fault(path.Position, SoqlFault.MalformedQuery, $"FROM names at most {LongestAliasChain} parents.");
        }

        return aliases;
    }

    private string? ParseScope()
    {
        if (!_tokens.TakeWord("USING"))
            return null;
        _tokens.Expect("SCOPE");
        return _tokens.TakeName();
    }

    /// <summary>What a user may not see does not exist in any query, so that asking for it changes nothing.</summary>
    private void ParseWith()
    {
        if (_tokens.TakeWord("WITH") && !_tokens.TakeWord("SECURITY_ENFORCED") && !_tokens.TakeWord("USER_MODE"))
            throw _tokens.Unexpected(_tokens.Current);
    }

    private GroupingClause? ParseGrouping()
    {
        if (!_tokens.TakeWord("GROUP"))
            return null;
        _tokens.Expect("BY");
        var kind = !_tokens.Ahead(1).IsSymbol("(") ? GroupingKind.Plain
            : _tokens.TakeWord("ROLLUP") ? GroupingKind.Rollup
            : _tokens.TakeWord("CUBE") ? GroupingKind.Cube
            : GroupingKind.Plain;
        if (kind != GroupingKind.Plain)
            _tokens.ExpectSymbol("(");
        var keys = new List<Expression> { _expressions.Parse() };
        while (_tokens.TakeSymbol(","))
            keys.Add(_expressions.Parse());
        if (kind != GroupingKind.Plain)
            _tokens.ExpectSymbol(")");
        return new GroupingClause { Kind = kind, Keys = keys };
    }

    private List<OrderItem> ParseOrder()
    {
        var order = new List<OrderItem>();
        if (!_tokens.TakeWord("ORDER"))
            return order;
        _tokens.Expect("BY");
        do
            order.Add(ParseOrderItem());
        while (_tokens.TakeSymbol(","));
        return order;
    }

    private OrderItem ParseOrderItem()
    {
        var value = _expressions.Parse();
        var isDescending = _tokens.TakeWord("DESC");
        if (!isDescending)
            _tokens.TakeWord("ASC");

        var areNullsLast = false;
        if (_tokens.TakeWord("NULLS"))
        {
            areNullsLast = _tokens.TakeWord("LAST");
            if (!areNullsLast)
                _tokens.Expect("FIRST");
        }

        return new OrderItem { Value = value, IsDescending = isDescending, AreNullsLast = areNullsLast };
    }

    /// <summary>What the rows are wanted for; it changes what the user has viewed last, and no answer.</summary>
    private void ParsePurpose()
    {
        while (_tokens.TakeWord("FOR"))
        {
            if (!_tokens.TakeWord("VIEW") && !_tokens.TakeWord("REFERENCE") && !_tokens.TakeWord("UPDATE"))
                throw _tokens.Unexpected(_tokens.Current);
        }

        var position = _tokens.Current.Position;
        if (_tokens.Current.IsWord("ALL") && _tokens.Ahead(1).IsWord("ROWS"))
            throw _tokens.Fault(position, SoqlFault.MalformedQuery, "ALL ROWS not allowed in this context");
    }
}
