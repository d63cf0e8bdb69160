namespace Tandem.Simulator.Soql;

/// <summary>A value, an operator and one literal, or several for IN, INCLUDES and their opposites.</summary>
internal sealed record ComparisonCondition : ICondition
{
    public required Expression Left { get; init; }

    public required CompareOperator Operator { get; init; }

    public required IReadOnlyList<Literal> Literals { get; init; }
}
