namespace Tandem.Simulator.Soql;

/// <summary>The operators of a comparison.</summary>
internal enum CompareOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    In,
    NotIn,
    Includes,
    Excludes,
}
