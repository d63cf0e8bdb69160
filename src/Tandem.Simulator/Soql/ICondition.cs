namespace Tandem.Simulator.Soql;

/// <summary>
/// A node of the WHERE tree: <see cref="LogicalCondition"/>, <see cref="NegatedCondition"/> or <see cref="ComparisonCondition"/>.
/// </summary>
internal interface ICondition;
