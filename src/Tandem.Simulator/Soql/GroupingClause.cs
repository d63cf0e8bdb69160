namespace Tandem.Simulator.Soql;

/// <summary>GROUP BY: what rows are put together by.</summary>
internal sealed record GroupingClause
{
    public required GroupingKind Kind { get; init; }

    public required IReadOnlyList<Expression> Keys { get; init; }
}
