namespace Tandem.Simulator.Soql;

/// <summary>The functions that an <see cref="Expression"/> may call; <see cref="FunctionNames"/> spells them.</summary>
internal enum SoqlFunction
{
    Count,
    CountDistinct,
    Min,
    Max,
    Sum,
    Average,

    /// <summary>1 in a subtotal row of ROLLUP or CUBE that the field does not divide, else 0.</summary>
    Grouping,

    ToLabel,
    Format,
    ConvertCurrency,
    ConvertTimeZone,
    Distance,
    CalendarMonth,
    CalendarQuarter,
    CalendarYear,
    DayInMonth,

    /// <summary>1 is Sunday.</summary>
    DayInWeek,

    DayInYear,
    DayOnly,
    FiscalMonth,
    FiscalQuarter,
    FiscalYear,
    HourInDay,
    WeekInMonth,
    WeekInYear,
}
