using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tandem.Simulator.Data;

/// <summary>How a stored value is spelled on the wire. Source: salesforce-api.md, section 8.2.</summary>
internal static class ValueText
{
    /// <summary>A moment in REST.</summary>
    public const string RestDateTime = "yyyy-MM-dd'T'HH:mm:ss.fff'+0000'";

    /// <summary>A moment in XML, in events and in Bulk CSV.</summary>
    public const string UtcDateTime = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public const string TimeOfDay = "HH:mm:ss.fff'Z'";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value as a text: what REST answers, without its quotes.</summary>
    public static string Spell(object value)
    {
        if (value is string text)
            return text;
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, Plain))
            WriteJson(writer, value);
        return Encoding.UTF8.GetString(json.GetBuffer().AsSpan(0, (int)json.Length)).Trim('"');
    }

    /// <summary>Writes the value as REST answers it: numbers as numbers, datetimes with <c>+0000</c>, null as null.</summary>
    public static void WriteJson(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteRawValue(Number(number), skipInputValidation: true); break;
            case DateOnly date: writer.WriteStringValue(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case DateTime moment: writer.WriteStringValue(moment.ToString(RestDateTime, CultureInfo.InvariantCulture)); break;
            case TimeOnly time: writer.WriteStringValue(time.ToString(TimeOfDay, CultureInfo.InvariantCulture)); break;
            case byte[] blob: writer.WriteBase64StringValue(blob); break;
            default: throw new InvalidOperationException($"A stored value has the type {value.GetType()}, which no field type uses.");
        }
    }

    /// <summary>A number always shows a fraction, as the platform prints doubles: <c>23.0</c>.</summary>
    public static string Number(decimal number)
    {
        var text = number.ToString("0.0#################", CultureInfo.InvariantCulture);
        return text;
    }
}
