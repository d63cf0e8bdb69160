using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tandem.Server.Hosting;

/// <summary>What a server carries on for a connection after its asker is answered; it ends with the server at the latest.</summary>
internal sealed partial class FollowedWork(ILogger<FollowedWork> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _following = new();

    public void Begin(ConnectionLife life, Func<CancellationToken, Task> work)
    {
        foreach (var ended in _following.Keys.Where(task => task.IsCompleted))
            _following.TryRemove(ended, out _);
        _following.TryAdd(FollowAsync(life, work), true);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_following.Keys);
        _stop.Dispose();
    }

    private async Task FollowAsync(ConnectionLife life, Func<CancellationToken, Task> work)
    {
        await Task.Yield();
        using var scope = logger.BeginScope(life.Scope);
        try
        {
            await work(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops; requests stay in the database for its next start.
        }
        catch (Exception exception)
        {
            LogFailed(exception, life.Connection.Name);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Connection}: what was asked for was not carried to its end")]
    private partial void LogFailed(Exception exception, string connection);
}
