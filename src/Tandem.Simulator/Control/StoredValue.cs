using System.Globalization;
using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Control;

/// <summary>Reads the values of save files back, as exactly what was stored: nothing is trimmed, rounded or judged.</summary>
internal static class StoredValue
{
    /// <exception cref="FormatException">The JSON is no value of the type.</exception>
    public static object? Read(FieldType type, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        try
        {
            return type switch
            {
                FieldType.Boolean => json.GetBoolean(),
                FieldType.Int => json.GetInt32(),
                FieldType.Long => json.GetInt64(),
                FieldType.Double or FieldType.Currency or FieldType.Percent => json.GetDecimal(),
                FieldType.Base64 => json.GetBytesFromBase64(),
                FieldType.Date => DateOnly.ParseExact(Text(json), "yyyy-MM-dd", CultureInfo.InvariantCulture),
                FieldType.DateTime => DateTime.ParseExact(Text(json), ValueText.RestDateTime, CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
                FieldType.Time => TimeOnly.ParseExact(Text(json), ValueText.TimeOfDay, CultureInfo.InvariantCulture),
                _ => Text(json),
            };
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException($"expected a value of type {type}, found JSON of the kind {json.ValueKind}.", exception);
        }
    }

    private static string Text(JsonElement json) => json.GetString() ?? "";
}
