using System.Globalization;
using System.Runtime.InteropServices;

namespace Tandem.Simulator.Soql;

/// <summary>
/// The named spans of days, from first to last day inclusive, in the org's time zone, which is UTC. Weeks and fiscal periods depend on
/// settings that the simulator has not, so they are no names here. Source: salesforce-api.md, section 4, "Literals".
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DateSpan(DateOnly First, DateOnly Last)
{
    private const int MostDays = 100_000;

    public static bool TakesCount(string name) => name.ToUpperInvariant() is "LAST_N_DAYS" or "NEXT_N_DAYS" or "N_DAYS_AGO";

    /// <summary>Whether this is the name of a span, with its count where it takes one.</summary>
    public static bool IsName(string text) => TryRead(text, new DateOnly(2000, 1, 1), out _);

    public static bool TryRead(string text, DateOnly today, out DateSpan span)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? text : text[..colon]).ToUpperInvariant();
        var count = 0;
        span = default;
        if (TakesCount(name) != colon >= 0)
            return false;
        if (colon >= 0
            && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out count) || count > MostDays))
        {
            return false;
        }

        var month = new DateOnly(today.Year, today.Month, 1);
        var year = new DateOnly(today.Year, 1, 1);
        DateSpan? found = name switch
        {
            "TODAY" => new DateSpan(today, today),
            "YESTERDAY" => new DateSpan(today.AddDays(-1), today.AddDays(-1)),
            "TOMORROW" => new DateSpan(today.AddDays(1), today.AddDays(1)),
            "THIS_MONTH" => new DateSpan(month, month.AddMonths(1).AddDays(-1)),
            "LAST_MONTH" => new DateSpan(month.AddMonths(-1), month.AddDays(-1)),
            "NEXT_MONTH" => new DateSpan(month.AddMonths(1), month.AddMonths(2).AddDays(-1)),
            "THIS_YEAR" => new DateSpan(year, year.AddYears(1).AddDays(-1)),
            "LAST_YEAR" => new DateSpan(year.AddYears(-1), year.AddDays(-1)),
            "NEXT_YEAR" => new DateSpan(year.AddYears(1), year.AddYears(2).AddDays(-1)),
            "LAST_N_DAYS" => new DateSpan(today.AddDays(-count), today),
            "NEXT_N_DAYS" => new DateSpan(today.AddDays(1), today.AddDays(count)),
            "N_DAYS_AGO" => new DateSpan(today.AddDays(-count), today.AddDays(-count)),
            _ => null,
        };
        span = found.GetValueOrDefault();
        return found is not null;
    }
}
