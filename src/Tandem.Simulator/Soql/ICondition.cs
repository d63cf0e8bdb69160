namespace Tandem.Simulator.Soql;

/// <summary>
/// A node of the WHERE or HAVING tree: <see cref="LogicalCondition"/>, <see cref="NegatedCondition"/>,
/// <see cref="ComparisonCondition"/> or <see cref="SemiJoinCondition"/>.
/// </summary>
internal interface ICondition;
