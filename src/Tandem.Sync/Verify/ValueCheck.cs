using System.Globalization;
using System.Text.Json;
using Tandem.Sync.Pull;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>
/// Holds a value as Salesforce spells it against one as Postgres gave it back. It parses with the platform's own parsers and not with
/// those of the loads, so that a fault of theirs shows. Source: salesforce-api.md, section 8.2.
/// </summary>
internal static class ValueCheck
{
    /// <summary>A field of a REST record as text; null and empty text are one, since Salesforce stores no empty text.</summary>
    /// <param name="name">The field's API name, or the path to it over a parent, which may be missing.</param>
    public static string? Read(JsonElement record, string name)
    {
        var value = record;
        foreach (var part in name.Split('.'))
        {
            if (value.ValueKind == JsonValueKind.Null)
                return null;
            value = value.GetProperty(part);
        }

        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String when value.GetString() is { Length: > 0 } text => text,
            JsonValueKind.String => null,
            _ => value.GetRawText(),
        };
    }

    /// <summary>The columns whose values differ, in the order of the fields.</summary>
    public static List<string> FindDifferent(MappedObject mapped, object?[] row, string?[] record)
    {
        var different = new List<string>();
        for (var i = 0; i < mapped.Fields.Count; i++)
        {
            if (!IsSame(mapped.Fields[i], row[i], record[i]))
                different.Add(mapped.Fields[i].Column.Name);
        }

        return different;
    }

    public static bool IsSame(MappedField field, object? row, string? record)
    {
        if (row is null || record is null)
            return row is null && record is null;
        var culture = CultureInfo.InvariantCulture;
        return row switch
        {
            string text => text == record,
            bool truth => bool.TryParse(record, out var told) && truth == told,
            int or long => decimal.TryParse(record, NumberStyles.Float, culture, out var whole)
                && Convert.ToDecimal(row, culture) == whole,
            decimal number => decimal.TryParse(record, NumberStyles.Float, culture, out var exact) && number == Round(field, exact),
            double number => double.TryParse(record, NumberStyles.Float, culture, out var told) && number.Equals(told),
            DateOnly date => DateOnly.TryParseExact(record, "yyyy-MM-dd", culture, DateTimeStyles.None, out var day) && date == day,
            DateTime moment => DateTime.SpecifyKind(moment, DateTimeKind.Utc) == SalesforceTime.Parse(record),
            TimeOnly time => TimeOnly.TryParse(record.TrimEnd('Z'), culture, out var told) && time == told,
            _ => throw new InvalidOperationException(
                $"The column {field.Column.Name} came back as {row.GetType()}, which no mapped column has."),
        };
    }

    /// <summary>As the column does: away from zero, to its scale.</summary>
    private static decimal Round(MappedField field, decimal number) => field.Column.Type.Length > 0
        ? Math.Round(number, field.Column.Type.Scale, MidpointRounding.AwayFromZero)
        : number;
}
