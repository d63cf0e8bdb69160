using System.Globalization;
using System.Text;

namespace Tandem.Server.Logs;

/// <summary>
/// Writes an entry of the log as pairs of key and value. The first are the contract's: event is the sentence, and the object is the
/// mapping, or the connection as sync. Source: heroku-connect.md, section 14.
/// </summary>
internal static class LogfmtText
{
    public static string Write(LogLine line)
    {
        var text = new StringBuilder();
        Add(text, "ts", LogJson.SpellOf(line.At));
        Add(text, "event", line.Message);
        if (line.ConnectionId is { } connection)
        {
            Add(text, "addon_id", connection);
            Add(text, "object_type", line.MappingId is null ? "sync" : "mapping");
            Add(text, "object_id", line.MappingId ?? connection);
        }

        if (line.State is { } state)
            Add(text, "state", state);
        Add(text, "level", LogLevels.WordOf(line.Level));
        Add(text, "category", line.Category);
        if (line.Event.Length > 0)
            Add(text, "kind", line.Event);
        if (line.ConnectionName is { } name)
            Add(text, "connection", name);
        if (line.ObjectName is { } objectName)
            Add(text, "object", objectName);
        if (line.TraceId is { } trace)
            Add(text, "trace_id", trace);
        foreach (var (field, value) in line.Fields)
            Add(text, $"field_{field}", value);
        if (line.Exception is { } exception)
            Add(text, "exception", exception);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string key, object? value)
    {
        if (text.Length > 0)
            text.Append(' ');
        text.Append(key).Append('=');
        var spelled = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        if (spelled.Length > 0 && !spelled.Any(NeedsQuotes))
            text.Append(spelled);
        else
            text.Append('"').Append(Escape(spelled)).Append('"');
    }

    private static bool NeedsQuotes(char letter) => letter is ' ' or '"' or '=' or '\\' || char.IsControl(letter);

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' or '\\' => escaped.Append('\\').Append(letter),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                _ when char.IsControl(letter) => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }
}
