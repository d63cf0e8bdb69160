using System.CommandLine;
using Microsoft.Extensions.Logging;
using Tandem.Server.Logs;

namespace Tandem.Cli;

/// <summary>The commands' log on standard error, and the options that say what it holds and how it is written.</summary>
internal sealed class Logging
{
    public Logging()
    {
        Format.TakeOneOf("text", "json", "logfmt");
        Level.TakeOneOf([.. LogLevels.Words]);
    }

    public Option<string?> Format { get; } = new("--log-format")
    {
        Description = $"How the log is written: text, json or logfmt; else {LogOptions.FormatVariable}. [default: text]",
    };

    public Option<string?> Level { get; } = new("--log-level")
    {
        Description = $"The least that is logged: {string.Join(", ", LogLevels.Words)}; else {LogOptions.LevelVariable}. [default: info]",
    };

    public LogOptions Read(ParseResult parsed) => LogOptions.Read(
        parsed.GetValue(Format), parsed.GetValue(Level), LogLevel.Information, Environment.GetEnvironmentVariable);

    /// <summary>For commands without the options: the environment says how it is written.</summary>
    /// <param name="level">Unless the environment says another.</param>
    public static ILoggerFactory ToStandardError(LogLevel level) =>
        ToStandardError(LogOptions.Read(format: null, level: null, level, Environment.GetEnvironmentVariable));

    public static ILoggerFactory ToStandardError(LogOptions options) =>
        LoggerFactory.Create(builder => builder.AddTandemConsole(options, TimeProvider.System));
}
