using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Tandem.Simulator.Soql;

/// <summary>
/// The named spans of days, from first to last day inclusive, in the user's time zone, which is GMT. Weeks begin on Sunday; the fiscal
/// year is the calendar's. Source: salesforce-api.md, section 4, "Literals".
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DateSpan(DateOnly First, DateOnly Last)
{
    private const int MostUnits = 100_000;
    private const int DaysOfWeek = 7;
    private const int Season = 90;

    private static readonly FrozenDictionary<string, DateUnit> Units = new Dictionary<string, DateUnit>(StringComparer.Ordinal)
    {
        ["DAY"] = DateUnit.Day,
        ["WEEK"] = DateUnit.Week,
        ["MONTH"] = DateUnit.Month,
        ["QUARTER"] = DateUnit.Quarter,
        ["YEAR"] = DateUnit.Year,
        ["FISCAL_QUARTER"] = DateUnit.Quarter,
        ["FISCAL_YEAR"] = DateUnit.Year,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a name is that of a span with a count: LAST_N_DAYS, NEXT_N_WEEKS, N_MONTHS_AGO and the like.</summary>
    public static bool TakesCount(string name) => Counted(name.ToUpperInvariant()) is not null;

    /// <summary>Whether this is the name of a span, with its count where it takes one.</summary>
    public static bool IsName(string text) => TryRead(text, new DateOnly(2000, 1, 1), out _);

    public static bool TryRead(string text, DateOnly today, out DateSpan span)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? text : text[..colon]).ToUpperInvariant();
        var count = 0;
        span = default;
        if (colon >= 0
            && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out count) || count > MostUnits))
        {
            return false;
        }

        var found = colon >= 0 ? OfCount(name, today, count) : OfName(name, today);
        span = found.GetValueOrDefault();
        return found is not null;
    }

    private static DateSpan? OfName(string name, DateOnly today) => name switch
    {
        "TODAY" => Period(today, DateUnit.Day, 0),
        "YESTERDAY" => Period(today, DateUnit.Day, -1),
        "TOMORROW" => Period(today, DateUnit.Day, 1),
        "LAST_90_DAYS" => new DateSpan(Move(today, DateUnit.Day, -Season), today),
        "NEXT_90_DAYS" => new DateSpan(Move(today, DateUnit.Day, 1), Move(today, DateUnit.Day, Season)),
        "THIS_DAY" or "LAST_DAY" or "NEXT_DAY" => null,
        _ when name.Split('_', 2) is [var which, var unit] && Units.TryGetValue(unit, out var found) => which switch
        {
            "THIS" => Period(today, found, 0),
            "LAST" => Period(today, found, -1),
            "NEXT" => Period(today, found, 1),
            _ => null,
        },
        _ => null,
    };

    private static DateSpan? OfCount(string name, DateOnly today, int count) => Counted(name) switch
    {
        ("LAST", DateUnit.Day) => new DateSpan(Move(today, DateUnit.Day, -count), today),
        ("NEXT", DateUnit.Day) => new DateSpan(Move(today, DateUnit.Day, 1), Move(today, DateUnit.Day, count)),
        ("LAST", var unit) => new DateSpan(Period(today, unit, -count).First, Move(Start(today, unit), DateUnit.Day, -1)),
        ("NEXT", var unit) => new DateSpan(Period(today, unit, 1).First, Period(today, unit, count).Last),
        ("AGO", var unit) => Period(today, unit, -count),
        _ => null,
    };

    private static (string Way, DateUnit Unit)? Counted(string name)
    {
        var (way, unit) = name switch
        {
            _ when name.StartsWith("LAST_N_", StringComparison.Ordinal) => ("LAST", name[7..]),
            _ when name.StartsWith("NEXT_N_", StringComparison.Ordinal) => ("NEXT", name[7..]),
            _ when name.StartsWith("N_", StringComparison.Ordinal) && name.EndsWith("_AGO", StringComparison.Ordinal) && name.Length > 6 =>
                ("AGO", name[2..^4]),
            _ => ("", ""),
        };
        return unit.EndsWith('S') && Units.TryGetValue(unit[..^1], out var found) ? (way, found) : null;
    }

    /// <summary>The whole day, week and so on that lies so many of them after the one with today.</summary>
    private static DateSpan Period(DateOnly today, DateUnit unit, int distance)
    {
        var first = Move(Start(today, unit), unit, distance);
        return new DateSpan(first, Move(Move(first, unit, 1), DateUnit.Day, -1));
    }

    private static DateOnly Start(DateOnly day, DateUnit unit) => unit switch
    {
        DateUnit.Week => day.AddDays(-(int)day.DayOfWeek),
        DateUnit.Month => new DateOnly(day.Year, day.Month, 1),
        DateUnit.Quarter => new DateOnly(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1),
        DateUnit.Year => new DateOnly(day.Year, 1, 1),
        _ => day,
    };

    /// <summary>A date beyond the calendar becomes its first or last day: a span of 100,000 years is no mistake of the statement.</summary>
    private static DateOnly Move(DateOnly day, DateUnit unit, int count)
    {
        var isMonths = unit is DateUnit.Month or DateUnit.Quarter or DateUnit.Year;
        var steps = (long)count * unit switch { DateUnit.Week => DaysOfWeek, DateUnit.Quarter => 3, DateUnit.Year => 12, _ => 1 };
        var position = isMonths ? ((day.Year - 1) * 12L) + day.Month - 1 : day.DayNumber;
        var last = isMonths ? (DateOnly.MaxValue.Year * 12L) - 1 : DateOnly.MaxValue.DayNumber;
        if (position + steps < 0)
            return DateOnly.MinValue;
        if (position + steps > last)
            return DateOnly.MaxValue;
        return isMonths ? day.AddMonths((int)steps) : day.AddDays((int)steps);
    }
}
