using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tandem.Server.Logs;

/// <summary>
/// Keeps the newest entries of each connection's log in memory, for those who look at it over the API. Entries that belong to no
/// connection stay with the console.
/// </summary>
internal sealed class LogKeeper(TimeProvider timeProvider) : ILoggerProvider, ISupportExternalScope
{
    /// <summary>Entries that are kept of each connection.</summary>
    public const int Capacity = 1_000;

    private readonly ConcurrentDictionary<Guid, LogRing> _rings = new();
    private IExternalScopeProvider? _scopes;

    /// <summary>Of this run of the program: numbers begin anew with each.</summary>
    public string Run { get; } = $"{timeProvider.GetUtcNow().ToUnixTimeMilliseconds():x}";

    public LogRing Of(Guid connectionId) => _rings.GetOrAdd(connectionId, _ => new LogRing(Capacity));

    private DateTimeOffset Now => timeProvider.GetUtcNow();

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
        // Nothing is held but memory.
    }

    private sealed class Writer(LogKeeper keeper, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => keeper._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var entry = new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter);
            var line = LogLine.Of(entry, keeper._scopes, keeper.Now);
            if (line.ConnectionId is { } connection)
                keeper.Of(connection).Add(logLevel, line.ObjectName, LogJson.Write(line));
        }
    }
}
