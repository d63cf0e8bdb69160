namespace Tandem.Simulator.Soql;

/// <summary>An id that is, or is not, among the ids that another query finds.</summary>
internal sealed record SemiJoinCondition : ICondition
{
    public required Expression Left { get; init; }

    /// <summary>True for NOT IN.</summary>
    public required bool IsNegated { get; init; }

    public required SoqlQuery Query { get; init; }
}
