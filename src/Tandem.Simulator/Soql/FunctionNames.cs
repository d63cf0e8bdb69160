using System.Collections.Frozen;

namespace Tandem.Simulator.Soql;

/// <summary>How statements spell the functions, in any letter case; for parser and messages. Source: salesforce-api.md, section 4.
/// </summary>
internal static class FunctionNames
{
    private static readonly FrozenDictionary<string, SoqlFunction> Functions = new Dictionary<string, SoqlFunction>(StringComparer.Ordinal)
    {
        ["COUNT"] = SoqlFunction.Count,
        ["COUNT_DISTINCT"] = SoqlFunction.CountDistinct,
        ["MIN"] = SoqlFunction.Min,
        ["MAX"] = SoqlFunction.Max,
        ["SUM"] = SoqlFunction.Sum,
        ["AVG"] = SoqlFunction.Average,
        ["GROUPING"] = SoqlFunction.Grouping,
        ["toLabel"] = SoqlFunction.ToLabel,
        ["FORMAT"] = SoqlFunction.Format,
        ["convertCurrency"] = SoqlFunction.ConvertCurrency,
        ["convertTimezone"] = SoqlFunction.ConvertTimeZone,
        ["DISTANCE"] = SoqlFunction.Distance,
        ["CALENDAR_MONTH"] = SoqlFunction.CalendarMonth,
        ["CALENDAR_QUARTER"] = SoqlFunction.CalendarQuarter,
        ["CALENDAR_YEAR"] = SoqlFunction.CalendarYear,
        ["DAY_IN_MONTH"] = SoqlFunction.DayInMonth,
        ["DAY_IN_WEEK"] = SoqlFunction.DayInWeek,
        ["DAY_IN_YEAR"] = SoqlFunction.DayInYear,
        ["DAY_ONLY"] = SoqlFunction.DayOnly,
        ["FISCAL_MONTH"] = SoqlFunction.FiscalMonth,
        ["FISCAL_QUARTER"] = SoqlFunction.FiscalQuarter,
        ["FISCAL_YEAR"] = SoqlFunction.FiscalYear,
        ["HOUR_IN_DAY"] = SoqlFunction.HourInDay,
        ["WEEK_IN_MONTH"] = SoqlFunction.WeekInMonth,
        ["WEEK_IN_YEAR"] = SoqlFunction.WeekInYear,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<SoqlFunction, string> Names =
        Functions.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static SoqlFunction? Find(string name) => Functions.TryGetValue(name, out var function) ? function : null;

    public static string NameOf(SoqlFunction function) => Names[function];

    /// <summary>Whether the function makes one value of many rows.</summary>
    public static bool IsAggregate(SoqlFunction function) => function <= SoqlFunction.Grouping;

    /// <summary>Whether the function takes a part out of a date or a datetime.</summary>
    public static bool IsDatePart(SoqlFunction function) => function >= SoqlFunction.CalendarMonth;
}
