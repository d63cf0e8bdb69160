using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Tandem.Server.Logs;

/// <summary>Makes the log of a program: entries go to standard error, so that standard output stays for results.</summary>
public static class LogSetup
{
    /// <summary>
    /// What ASP.NET tells below a warning names addresses with their queries, and so the codes of sign-ins: it is left out at any level.
    /// </summary>
    private static readonly string[] FrameworkCategories = ["Microsoft", "System"];

    public static ILoggingBuilder AddTandemConsole(this ILoggingBuilder builder, LogOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        builder.SetMinimumLevel(options.Level);
        foreach (var category in FrameworkCategories)
            builder.AddFilter(category, options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning);
        if (options.ConsoleLevel is { } level)
            builder.AddFilter<ConsoleLoggerProvider>(category: null, level);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(timeProvider);
        builder.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        return builder.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    }
}
