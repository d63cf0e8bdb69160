namespace Tandem.Simulator.Soql;

/// <summary>
/// A parsed statement, or a query within one: what <see cref="SoqlParser"/> makes and <see cref="QueryBinder"/> binds. Immutable.
/// </summary>
internal sealed record SoqlQuery
{
    /// <summary>The whole statement as sent; errors quote it.</summary>
    public required string Text { get; init; }

    public required IReadOnlyList<SelectItem> Select { get; init; }

    /// <summary>The object's name; in a query for children the name of the relationship.</summary>
    public required string ObjectName { get; init; }

    /// <summary>Where the object's name stands.</summary>
    public required int ObjectPosition { get; init; }

    public string? Alias { get; init; }

    /// <summary>Short names of parents.</summary>
    public IReadOnlyList<AliasedPath> ParentAliases { get; init; } = [];

    /// <summary>The name behind USING SCOPE.</summary>
    public string? Scope { get; init; }

    public int ScopePosition { get; init; }

    public ICondition? Where { get; init; }

    public GroupingClause? Grouping { get; init; }

    public ICondition? Having { get; init; }

    public IReadOnlyList<OrderItem> OrderBy { get; init; } = [];

    public int? Limit { get; init; }

    public int? Offset { get; init; }
}
