using Microsoft.Extensions.Logging;

namespace Tandem.Cli;

/// <summary>The commands' log: one line an entry on standard error, so that standard output stays for results.</summary>
internal static class Logging
{
    public static ILoggerFactory ToStandardError(LogLevel level) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(level)
        .AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        })
        .AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace));
}
