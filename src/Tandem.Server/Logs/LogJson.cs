using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tandem.Server.Logs;

/// <summary>Writes an entry of the log as one JSON object, for the console and for those who follow the log over the API.</summary>
internal static class LogJson
{
    private const int MostBytes = 64 * 1024;
    private const int LongestText = 8 * 1024;

    /// <summary>Readable: no page shows it as it stands.</summary>
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>UTF-8, without a line break.</returns>
    public static byte[] Write(LogLine line)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", SpellOf(line.At));
            json.WriteString("level", LogLevels.WordOf(line.Level));
            json.WriteString("category", line.Category);
            json.WriteString("event", line.Event);
            json.WriteString("message", Cut(line.Message));
            WriteScope(json, line);
            if (line.Fields.Count > 0)
            {
                json.WriteStartObject("fields");
                foreach (var (name, value) in line.Fields)
                {
                    if (json.BytesPending + json.BytesCommitted < MostBytes)
                        Write(json, name, value);
                }

                json.WriteEndObject();
            }

            if (line.Exception is { } exception)
                json.WriteString("exception", Cut(exception));
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>A moment in UTC with milliseconds.</summary>
    public static string SpellOf(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteScope(Utf8JsonWriter json, LogLine line)
    {
        if (line.ConnectionId is { } connection)
            json.WriteString("connection_id", connection);
        if (line.ConnectionName is { } name)
            json.WriteString("connection", name);
        if (line.MappingId is { } mapping)
            json.WriteString("mapping_id", mapping);
        if (line.ObjectName is { } objectName)
            json.WriteString("object", objectName);
        if (line.State is { } state)
            json.WriteString("state", state);
        if (line.TraceId is { } trace)
            json.WriteString("trace_id", trace);
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case int or long or short or byte:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, Cut(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                break;
        }
    }

    /// <summary>A line of the log stays small, whatever somebody's sentence holds.</summary>
    private static string Cut(string text) => text.Length <= LongestText ? text : $"{text.AsSpan(0, LongestText)}...";
}
