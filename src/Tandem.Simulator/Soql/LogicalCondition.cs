namespace Tandem.Simulator.Soql;

/// <summary>Conditions joined by AND, or by OR; never both on one level.</summary>
internal sealed record LogicalCondition : ICondition
{
    /// <summary>True for AND, false for OR.</summary>
    public required bool IsConjunction { get; init; }

    public required IReadOnlyList<ICondition> Operands { get; init; }
}
