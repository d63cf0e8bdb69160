namespace Tandem.Simulator.Soql;

/// <summary>Which subtotals GROUP BY adds.</summary>
internal enum GroupingKind
{
    /// <summary>None.</summary>
    Plain,

    /// <summary>One for each leading part of the fields, down to the total.</summary>
    Rollup,

    /// <summary>One for each choice of the fields.</summary>
    Cube,
}
