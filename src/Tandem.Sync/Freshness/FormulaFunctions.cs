using System.Collections.Frozen;

namespace Tandem.Sync.Freshness;

/// <summary>
/// Which functions of formulas give the same result for the same arguments for ever, and which move with the calendar. A function that
/// stands in neither list is not trusted.
/// </summary>
internal static class FormulaFunctions
{
    /// <summary>They change at midnight of the reading user's time zone.</summary>
    public static readonly FrozenSet<string> OfTheDay = new[] { "TODAY" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>They change all the time.</summary>
    public static readonly FrozenSet<string> OfTheMoment = new[] { "NOW", "TIMENOW" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static readonly FrozenSet<string> Steady = new[]
    {
        "ABS", "ACOS", "ADDMONTHS", "AND", "ASCII", "ASIN", "ATAN", "ATAN2", "BEGINS", "BLANKVALUE", "BR", "CASE", "CASESAFEID",
        "CEILING", "CHR", "CONTAINS", "COS", "DATE", "DATETIMEVALUE", "DATEVALUE", "DAY", "DAYOFYEAR", "DISTANCE", "EXP", "FIND",
        "FLOOR", "FORMATDURATION", "FROMUNIXTIME", "GEOLOCATION", "HOUR", "HTMLENCODE", "HYPERLINK", "IF", "IMAGE", "INCLUDES",
        "INITCAP", "ISBLANK", "ISNULL", "ISNUMBER", "ISOWEEK", "ISOYEAR", "ISPICKVAL", "JSENCODE", "JSINHTMLENCODE", "LEFT", "LEN",
        "LN", "LOG", "LOWER", "LPAD", "MAX", "MCEILING", "MFLOOR", "MID", "MILLISECOND", "MIN", "MINUTE", "MOD", "MONTH", "NOT",
        "NULLVALUE", "OR", "PI", "PICKLISTCOUNT", "REGEX", "REVERSE", "RIGHT", "ROUND", "RPAD", "SECOND", "SIN", "SQRT",
        "SUBSTITUTE", "TAN", "TEXT", "TIMEVALUE", "TRIM", "TRUNC", "UNIXTIMESTAMP", "UPPER", "URLENCODE", "VALUE", "WEEKDAY", "YEAR",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
