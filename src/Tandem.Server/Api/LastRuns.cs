using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tandem.Server.Hosting;

namespace Tandem.Server.Api;

/// <summary>
/// Work that one request begins and others ask for until it is ready: diagnoses, comparisons, adoptions. The last of each connection is
/// kept. It outlives the request that begins it, and ends with the server at the latest.
/// </summary>
/// <param name="word">What a run is called where it is not found.</param>
internal sealed class LastRuns<T>(ApiContext api, string word)
{
    private readonly ConcurrentDictionary<Guid, (Guid Id, Task<T> Running)> _last = new();

    /// <summary>The last run of the connection is not ready yet.</summary>
    public bool IsUnderWay(ConnectionLife life) => _last.TryGetValue(life.Id, out var last) && !last.Running.IsCompleted;

    /// <returns>The id of the run.</returns>
    public Guid Begin(ConnectionLife life, Func<CancellationToken, Task<T>> work)
    {
        var ready = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = Guid.CreateVersion7(api.TimeProvider.GetUtcNow());
        _last[life.Id] = (run, ready.Task);
        api.Fleet.Follow(
            life,
            async token =>
            {
                try
                {
                    ready.SetResult(await work(token));
                }
                catch (Exception exception)
                {
                    ready.SetException(exception);
                    throw;
                }
            });
        return run;
    }

    /// <summary>The result as JSON; 202 until it is ready.</summary>
    /// <exception cref="ApiException">It is not the last run of the connection.</exception>
    public async Task<IResult> ReadAsync(ConnectionLife life, Guid run, JsonSerializerOptions options)
    {
        if (!_last.TryGetValue(life.Id, out var last) || last.Id != run)
            throw ApiException.NotFound(word);
        return last.Running.IsCompleted
            ? Results.Json(await last.Running, options)
            : Results.Json(new { }, options, statusCode: 202);
    }
}
