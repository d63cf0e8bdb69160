using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tandem.Tests.Integration.Lives;

/// <summary>What the program logged and the driver did, in the order of time; told when a plan fails.</summary>
internal sealed class Journal : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Lines => _lines;

    public void Add(string line) => _lines.Enqueue(line);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var cause = exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]";
        Add($"    {logLevel}: {formatter(state, exception)}{cause}");
    }

    public void Dispose()
    {
    }
}
