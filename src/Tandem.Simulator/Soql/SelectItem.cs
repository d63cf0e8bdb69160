namespace Tandem.Simulator.Soql;

/// <summary>One item of the select list.</summary>
internal sealed record SelectItem
{
    public required SelectKind Kind { get; init; }

    public required int Position { get; init; }

    /// <summary>The field or function; null for every other kind.</summary>
    public Expression? Value { get; init; }

    /// <summary>The name that the item gets in the answer; null leaves it to the field, or makes it <c>expr0</c>, <c>expr1</c> and so on.
    /// </summary>
    public string? Alias { get; init; }

    /// <summary>The query for the children; null for every other kind.</summary>
    public SoqlQuery? Children { get; init; }

    public TypeOfClause? TypeOf { get; init; }
}
