using System.Globalization;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>The functions over dates and moments. The org's zone is UTC, as its users' is.</summary>
internal static class DateFunctions
{
    public static IEnumerable<KeyValuePair<string, Func<FormulaCall, FormulaTerm>>> All =>
    [
        new("TODAY", Today),
        new("NOW", Now),
        new("DATE", Date),
        new("DATEVALUE", DateValue),
        new("DATETIMEVALUE", DateTimeValue),
        new("YEAR", call => Part(call, date => date.Year)),
        new("MONTH", call => Part(call, date => date.Month)),
        new("DAY", call => Part(call, date => date.Day)),
        new("WEEKDAY", call => Part(call, date => (int)date.DayOfWeek + 1)),
        new("DAYOFYEAR", call => Part(call, date => date.DayOfYear)),
        new("ADDMONTHS", AddMonths),
    ];

    private static FormulaTerm Today(FormulaCall call)
    {
        call.Takes(0, 0).Scope.UsesToday = true;
        return call.Gives(FormulaKind.Date, row => DateOnly.FromDateTime(row.Now));
    }

    private static FormulaTerm Now(FormulaCall call)
    {
        call.Takes(0, 0).Scope.UsesNow = true;
        return call.Gives(FormulaKind.DateTime, row => row.Now);
    }

    /// <summary>Blank for a day that no calendar has.</summary>
    private static FormulaTerm Date(FormulaCall call)
    {
        var (year, month, day) = (call.Takes(3, 3).Number(0), call.Number(1), call.Number(2));
        return call.Gives(FormulaKind.Date, row =>
            year(row) is >= 1 and <= 9999 and var y && month(row) is >= 1 and <= 12 and var m && day(row) is >= 1 and var d
                && d <= DateTime.DaysInMonth((int)y, (int)m) ? new DateOnly((int)y, (int)m, (int)d) : null);
    }

    private static FormulaTerm DateValue(FormulaCall call)
    {
        var argument = call.Takes(1, 1).Arguments[0];
        if (argument.Kind is FormulaKind.Number or FormulaKind.Boolean or FormulaKind.Time)
            throw call.Error("expected a datetime or a text");
        return call.Gives(FormulaKind.Date, row => argument.Evaluate(row) switch
        {
            DateOnly date => date,
            DateTime moment => DateOnly.FromDateTime(moment),
            string text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date : null,
            _ => null,
        });
    }

    private static FormulaTerm DateTimeValue(FormulaCall call)
    {
        var argument = call.Takes(1, 1).Arguments[0];
        if (argument.Kind is FormulaKind.Number or FormulaKind.Boolean or FormulaKind.Time)
            throw call.Error("expected a date or a text");
        return call.Gives(FormulaKind.DateTime, row => argument.Evaluate(row) switch
        {
            DateTime moment => moment,
            DateOnly date => date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            string text => Moment(text),
            _ => null,
        });
    }

    private static DateTime? Moment(string text)
    {
        if (IsoDateTime.TryParse(text, out var moment))
            return moment;
        string[] formats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss'Z'", "yyyy-MM-dd"];
        return DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var local) ? local : null;
    }

    private static FormulaTerm Part(FormulaCall call, Func<DateOnly, int> part)
    {
        var date = call.Takes(1, 1).Date(0);
        return call.Gives(FormulaKind.Number, row => date(row) is { } value ? (decimal)part(value) : null);
    }

    /// <summary>The last day of a month stays the last day of a month.</summary>
    private static FormulaTerm AddMonths(FormulaCall call)
    {
        var (date, months) = (call.Takes(2, 2).Date(0), call.Number(1));
        return call.Gives(FormulaKind.Date, row =>
        {
            if (date(row) is not { } value || months(row) is not { } count)
                return null;
            var target = ((value.Year - 1) * 12L) + value.Month - 1 + (long)Math.Clamp(decimal.Truncate(count), -120_000, 120_000);
            if (target is < 0 or >= 9999 * 12)
                return null;
            var (year, month) = ((int)(target / 12) + 1, (int)(target % 12) + 1);
            var last = DateTime.DaysInMonth(year, month);
            var isLast = value.Day == DateTime.DaysInMonth(value.Year, value.Month);
            return new DateOnly(year, month, isLast ? last : Math.Min(value.Day, last));
        });
    }
}
