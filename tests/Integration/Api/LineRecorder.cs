using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Server.Logs;

namespace Tandem.Tests.Integration.Api;

/// <summary>Keeps every entry that passes a log's filters in each format that a log may be written in.</summary>
internal sealed class LineRecorder : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private IExternalScopeProvider? _scopes;

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
        // Nothing is held but memory.
    }

    private sealed class Recorder(LineRecorder recorder, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => recorder._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var entry = new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter);
            var line = LogLine.Of(entry, recorder._scopes, TimeProvider.System.GetUtcNow());
            recorder._lines.Enqueue(PlainText.Write(line));
            recorder._lines.Enqueue(LogfmtText.Write(line));
            recorder._lines.Enqueue(Encoding.UTF8.GetString(LogJson.Write(line)));
        }
    }
}
