using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Tandem.Server.Logs;

/// <summary>Writes the console's log in the format that was asked for.</summary>
internal sealed class LineFormatter(LogOptions options, TimeProvider timeProvider) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "tandem";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = LogLine.Of(logEntry, scopeProvider, timeProvider.GetUtcNow());
        textWriter.WriteLine(options.Format switch
        {
            LogFormat.Text => PlainText.Write(line),
            LogFormat.Json => Encoding.UTF8.GetString(LogJson.Write(line)),
            LogFormat.Logfmt => LogfmtText.Write(line),
            _ => throw new InvalidOperationException($"There is no writer for the format {options.Format}."),
        });
    }
}
