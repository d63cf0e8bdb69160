using System.Globalization;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>Values as FORMAT shows them to a user of the locale en_US in an org with dollars. Source: salesforce-api.md, section 4.
/// </summary>
internal static class DisplayText
{
    /// <summary>What stands between a time and its half of the day, as current versions of the locale have it.</summary>
    private const string DayAndTime = "M/d/yyyy, h:mm tt";

    public static object? Of(Field field, object? value) => value switch
    {
        null => null,
        decimal amount when field.Type == FieldType.Currency => Money(amount, field.Scale),
        decimal share when field.Type == FieldType.Percent => Number(share, field.Scale) + "%",
        decimal number => Number(number, field.Scale),
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        long number => number.ToString("N0", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("M/d/yyyy", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString(DayAndTime, CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("h:mm tt", CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        _ => value,
    };

    private static string Money(decimal amount, int scale) => (amount < 0 ? "-$" : "$") + Number(Math.Abs(amount), scale);

    private static string Number(decimal number, int scale) => number.ToString($"N{scale}", CultureInfo.InvariantCulture);
}
