namespace Tandem.Simulator.Soql;

/// <summary>Reads the select list. Source: salesforce-api.md, section 4.</summary>
internal sealed class SelectParser(TokenReader tokens, ExpressionParser expressions, Func<SoqlQuery> parseQuery)
{
    public List<SelectItem> Parse()
    {
        var items = new List<SelectItem> { ParseItem() };
        while (tokens.TakeSymbol(","))
            items.Add(ParseItem());
        if (items.Count > 1 && items.Find(item => item.Kind == SelectKind.CountRows) is { } count)
            throw tokens.Fault(count.Position, SoqlFault.MalformedQuery, "COUNT() stands alone in a select list.");
        return items;
    }

    private SelectItem ParseItem()
    {
        var start = tokens.Current;
        if (start.IsSymbol("(") && tokens.Ahead(1).IsWord("SELECT"))
            return ParseChildren(start.Position);
        if (start.IsWord("TYPEOF") && tokens.Ahead(1).Kind == TokenKind.Word && !tokens.Ahead(1).IsWord("FROM"))
            return ParseTypeOf(start.Position);
        if (start.IsWord("FIELDS") && tokens.Ahead(1).IsSymbol("("))
            return ParseFields(start.Position);
        if (start.IsWord("COUNT") && tokens.Ahead(1).IsSymbol("(") && tokens.Ahead(2).IsSymbol(")"))
        {
            for (var token = 0; token < 3; token++)
                tokens.Take();
            return new SelectItem { Kind = SelectKind.CountRows, Position = start.Position };
        }

        var value = expressions.Parse();

        // A misspelled FROM is told at its own place and not taken for a name.
        var isNamed = tokens.Ahead(1).IsSymbol(",") || tokens.Ahead(1).IsWord("FROM");
        return new SelectItem
        {
            Kind = SelectKind.Value,
            Value = value,
            Alias = isNamed ? tokens.TakeAlias() : null,
            Position = start.Position,
        };
    }

    private SelectItem ParseChildren(int position)
    {
        tokens.ExpectSymbol("(");
        var query = tokens.Nested(parseQuery);
        tokens.ExpectSymbol(")");
        return new SelectItem { Kind = SelectKind.Children, Children = query, Position = position };
    }

    private SelectItem ParseFields(int position)
    {
        tokens.Take();
        tokens.ExpectSymbol("(");
        var name = tokens.Take();
        var kind = name.Text.ToUpperInvariant() switch
        {
            "ALL" => SelectKind.AllFields,
            "STANDARD" => SelectKind.StandardFields,
            "CUSTOM" => SelectKind.CustomFields,
            _ => throw tokens.Unexpected(name),
        };
        tokens.ExpectSymbol(")");
        return new SelectItem { Kind = kind, Position = position };
    }

    private SelectItem ParseTypeOf(int position)
    {
        tokens.Expect("TYPEOF");
        var relationship = tokens.TakePath();
        var branches = new List<TypeOfBranch>();
        while (branches.Count == 0 || tokens.Current.IsWord("WHEN"))
        {
            tokens.Expect("WHEN");
            var objectPosition = tokens.Current.Position;
            var objectName = tokens.TakeObjectName();
            tokens.Expect("THEN");
            branches.Add(new TypeOfBranch { ObjectName = objectName, Position = objectPosition, Fields = ParsePaths() });
        }

        var others = tokens.TakeWord("ELSE") ? ParsePaths() : [];
        tokens.Expect("END");
        return new SelectItem
        {
            Kind = SelectKind.TypeOf,
            TypeOf = new TypeOfClause { Relationship = relationship, Branches = branches, OtherFields = others },
            Position = position,
        };
    }

    private List<FieldPath> ParsePaths()
    {
        var paths = new List<FieldPath> { tokens.TakePath() };
        while (tokens.TakeSymbol(","))
            paths.Add(tokens.TakePath());
        return paths;
    }
}
