using Microsoft.Extensions.Logging;

namespace Tandem.Server.Logs;

/// <summary>Writes an entry of the log as one line for people: when, how much it matters, of what, who says it, what it says.</summary>
internal static class PlainText
{
    /// <summary>Four letters each, so that what follows stands in a column.</summary>
    private static readonly string[] Words = ["trce", "dbug", "info", "warn", "fail", "crit"];

    public static string Write(LogLine line)
    {
        var subject = (line.ConnectionName, line.ObjectName) switch
        {
            ({ } connection, { } objectName) => $" [{connection}/{objectName}]",
            ({ } connection, null) => $" [{connection}]",
            _ => "",
        };
        var text = $"{LogJson.SpellOf(line.At)} {WordOf(line.Level)}: {line.Category}{subject} {line.Message}";
        return OneLine(line.Exception is { } exception ? $"{text} {exception}" : text);
    }

    private static string WordOf(LogLevel level) => Words[(int)level];

    /// <summary>What comes from elsewhere cannot begin a line that looks like another entry.</summary>
    private static string OneLine(string text) => string.Create(text.Length, text, static (line, source) =>
    {
        for (var at = 0; at < source.Length; at++)
            line[at] = char.IsControl(source[at]) ? ' ' : source[at];
    });
}
