using Microsoft.Extensions.Logging;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Logs;

/// <summary>What is logged, and how.</summary>
public sealed record LogOptions
{
    public const string FormatVariable = "TANDEM_LOG_FORMAT";
    public const string LevelVariable = "TANDEM_LOG_LEVEL";

    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>The least that is logged, to the console and to those who follow the log.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>The console shows nothing less than this; null where it shows all that is logged.</summary>
    public LogLevel? ConsoleLevel { get; init; }

    /// <summary>What was given, else what the environment says, else text and the given level.</summary>
    /// <exception cref="ConfigurationException">A word is none of those that are known.</exception>
    public static LogOptions Read(string? format, string? level, LogLevel byDefault, Func<string, string?> readVariable)
    {
        var problems = new List<string>();
        var options = new LogOptions
        {
            Format = FindFormat(format ?? Given(readVariable(FormatVariable)), problems) ?? LogFormat.Text,
            Level = FindLevel(level ?? Given(readVariable(LevelVariable)), problems) ?? byDefault,
        };
        return problems.Count == 0 ? options : throw new ConfigurationException(problems);
    }

    private static string? Given(string? value) => value is { Length: > 0 } ? value : null;

    private static LogFormat? FindFormat(string? word, List<string> problems)
    {
        LogFormat? format = word switch
        {
            "text" => LogFormat.Text,
            "json" => LogFormat.Json,
            "logfmt" => LogFormat.Logfmt,
            _ => null,
        };
        if (format is null && word is not null)
            problems.Add($"{FormatVariable}: expected text, json or logfmt, found {word}.");
        return format;
    }

    private static LogLevel? FindLevel(string? word, List<string> problems)
    {
        var level = word is null ? null : LogLevels.Find(word);
        if (level is null && word is not null)
            problems.Add($"{LevelVariable}: expected {string.Join(", ", LogLevels.Words)}, found {word}.");
        return level;
    }
}
