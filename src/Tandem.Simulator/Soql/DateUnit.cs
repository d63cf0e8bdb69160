namespace Tandem.Simulator.Soql;

/// <summary>The units in which <see cref="DateSpan"/> counts.</summary>
internal enum DateUnit
{
    Day,
    Week,
    Month,
    Quarter,
    Year,
}
