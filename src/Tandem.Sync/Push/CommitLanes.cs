using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Push;

/// <summary>
/// The commits of outcomes that are under way, two at a time, each over a session of its own: one would leave a core idle that the
/// database could use. What tells of new records goes alone, for rows that refer to them may be in the next commit.
/// </summary>
internal sealed class CommitLanes(TargetDatabase database) : IAsyncDisposable
{
    private readonly Lane[] _lanes = [new(new OnDemandSession(database)), new(new OnDemandSession(database))];
    private Task _alone = Task.CompletedTask;

    /// <summary>Ends with all that are under way; fails when one of them does.</summary>
    public Task Running => Task.WhenAll(_lanes.Select(lane => lane.Running));

    /// <summary>Waits for a place and begins.</summary>
    /// <param name="isAlone">Nothing else is under way beside it.</param>
    /// <param name="commit">Is given its session and what had begun before it.</param>
    /// <param name="cancellationToken">Ends the wait; what has begun is given its own.</param>
    public async Task StartAsync(bool isAlone, Func<NpgsqlConnection, Task, Task> commit, CancellationToken cancellationToken)
    {
        await _alone;
        if (isAlone)
            await Running;
        while (!_lanes.Any(lane => lane.Running.IsCompleted))
            await Task.WhenAny(_lanes.Select(lane => lane.Running));
        var lane = _lanes.First(lane => lane.Running.IsCompleted);
        await lane.Running;
        var connection = await lane.Session.OpenAsync(cancellationToken);
        lane.Running = commit(connection, Running);
        if (isAlone)
            _alone = lane.Running;
    }

    /// <summary>Nothing is under way; the first session may stay open for the next commit.</summary>
    public async Task RestAsync()
    {
        await _lanes[0].Session.RestAsync();
        await _lanes[1].Session.CloseAsync();
    }

    /// <summary>Nothing is under way, and nothing will be for long.</summary>
    public async Task CloseAsync()
    {
        foreach (var lane in _lanes)
            await lane.Session.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync();
    }

    private sealed class Lane(OnDemandSession session)
    {
        public OnDemandSession Session => session;

        public Task Running { get; set; } = Task.CompletedTask;
    }
}
