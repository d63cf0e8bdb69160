namespace Tandem.Simulator.Soql;

/// <summary>
/// The parts of dates that functions take out, in GMT; the fiscal year is the calendar's. Source: salesforce-api.md, section 4.
/// </summary>
internal static class DatePart
{
    private const int DaysOfWeek = 7;
    private const int MonthsOfQuarter = 3;

    /// <summary>Whether the function reads the time of day, so that a date is not enough for it.</summary>
    public static bool NeedsTime(SoqlFunction function) => function is SoqlFunction.HourInDay or SoqlFunction.DayOnly;

    /// <summary>The part of a date or datetime as an int, or as a date for DAY_ONLY; null of null.</summary>
    public static object? Of(SoqlFunction function, object? value)
    {
        if (value is null)
            return null;
        if (value is DateTime moment && function == SoqlFunction.HourInDay)
            return moment.Hour;
        var date = value is DateTime instant ? DateOnly.FromDateTime(instant) : (DateOnly)value;
        return function switch
        {
            SoqlFunction.DayOnly => date,
            SoqlFunction.CalendarMonth or SoqlFunction.FiscalMonth => date.Month,
            SoqlFunction.CalendarQuarter or SoqlFunction.FiscalQuarter => ((date.Month - 1) / MonthsOfQuarter) + 1,
            SoqlFunction.CalendarYear or SoqlFunction.FiscalYear => date.Year,
            SoqlFunction.DayInMonth => date.Day,
            SoqlFunction.DayInWeek => (int)date.DayOfWeek + 1,
            SoqlFunction.DayInYear => date.DayOfYear,
            SoqlFunction.WeekInMonth => ((date.Day - 1) / DaysOfWeek) + 1,
            SoqlFunction.WeekInYear => ((date.DayOfYear - 1) / DaysOfWeek) + 1,
            _ => throw new InvalidOperationException($"{function} takes no part out of a date."),
        };
    }
}
