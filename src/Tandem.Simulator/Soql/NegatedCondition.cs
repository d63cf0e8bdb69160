namespace Tandem.Simulator.Soql;

/// <summary>A condition behind NOT.</summary>
internal sealed record NegatedCondition : ICondition
{
    public required ICondition Operand { get; init; }
}
