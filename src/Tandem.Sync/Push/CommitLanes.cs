using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Push;

/// <summary>
/// The commits of outcomes that are under way, two at a time where the database's sessions allow it, each over a session of its own: one
/// would leave a core idle that the database could use. What tells of new records goes alone, for rows that refer to them may be in the
/// next commit.
/// </summary>
internal sealed class CommitLanes(TargetDatabase database) : IAsyncDisposable
{
    private readonly Lane _first = new(new OnDemandSession(database));
    private readonly Lane _second = new(new OnDemandSession(database));
    private bool _maySecond;
    private Task _alone = Task.CompletedTask;

    /// <summary>Ends with all that are under way; fails when one of them does.</summary>
    public Task Running => Task.WhenAll(_first.Running, _second.Running);

    /// <summary>Waits for a place and begins, unless one before has failed.</summary>
    /// <param name="isAlone">Nothing else is under way beside it.</param>
    /// <param name="commit">Is given its session and what had begun before it.</param>
    /// <param name="cancellationToken">Ends the wait; what has begun is given its own.</param>
    public async Task StartAsync(bool isAlone, Func<NpgsqlConnection, Task, Task> commit, CancellationToken cancellationToken)
    {
        await _alone;
        if (isAlone)
            await Running;
        var lane = await FindFreeAsync();
        var connection = await lane.Session.OpenAsync(cancellationToken);
        lane.Running = commit(connection, Running);
        if (isAlone)
            _alone = lane.Running;
    }

    /// <summary>Nothing is under way; the first session may stay open for the next commit.</summary>
    public async Task RestAsync()
    {
        await _first.Session.RestAsync();
        await CloseSecondAsync();
    }

    /// <summary>Nothing is under way, and nothing will be for long.</summary>
    public async Task CloseAsync()
    {
        await _first.Session.CloseAsync();
        await CloseSecondAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync();
    }

    private async Task<Lane> FindFreeAsync()
    {
        while (true)
        {
            if (_second.Running.IsCompleted)
                await _second.Running;
            if (_first.Running.IsCompleted)
            {
                await _first.Running;
                return _first;
            }

            if (!_second.Running.IsCompleted)
                await Task.WhenAny(_first.Running, _second.Running);
            else if (_maySecond || (_maySecond = database.SecondCommits.Wait(TimeSpan.Zero, CancellationToken.None)))
                return _second;
            else
                await _first.Running;
        }
    }

    private async Task CloseSecondAsync()
    {
        await _second.Session.CloseAsync();
        if (_maySecond)
            database.SecondCommits.Release();
        _maySecond = false;
    }

    private sealed class Lane(OnDemandSession session)
    {
        public OnDemandSession Session => session;

        public Task Running { get; set; } = Task.CompletedTask;
    }
}
