using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Hosting;

/// <summary>
/// The lives of a server's connections: begins each, ends one where its connection is changed in a way that nothing may work it during,
/// and puts the next one in its place.
/// </summary>
internal sealed class LifeRoster(Func<Connection, SyncHost?, ConnectionLife> make) : IAsyncDisposable
{
    private readonly Channel<ConnectionLife> _toRun = Channel.CreateUnbounded<ConnectionLife>();
    private readonly ConcurrentDictionary<ConnectionLife, Task> _running = new();
    private readonly ConcurrentDictionary<Guid, bool> _changing = new();
    private ImmutableList<ConnectionLife> _lives = [];

    /// <summary>In the order in which their connections were stored first.</summary>
    public IReadOnlyList<ConnectionLife> All => _lives;

    public ConnectionLife Admit(Connection connection, SyncHost? started)
    {
        var life = make(connection, started);
        ImmutableInterlocked.Update(ref _lives, lives => lives.Add(life));
        _toRun.Writer.TryWrite(life);
        return life;
    }

    /// <summary>Ends a life and does what nothing may work the connection during. After a failure one like it follows.</summary>
    /// <param name="changeAsync">Gives the connection as it is stored from then on; null when it is no more.</param>
    /// <returns>The life that follows; null when there is none.</returns>
    /// <exception cref="ConfigurationException">Somebody else changes the connection at the same time.</exception>
    public async Task<ConnectionLife?> ChangeAsync(ConnectionLife life, Func<Task<Connection?>> changeAsync)
    {
        if (!_changing.TryAdd(life.Id, true))
            throw IsChanged(life);
        try
        {
            if (!_lives.Contains(life))
                throw IsChanged(life);
            return await ChangeAloneAsync(life, changeAsync);
        }
        finally
        {
            _changing.TryRemove(life.Id, out _);
        }
    }

    /// <summary>Runs all lives until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var life in _toRun.Reader.ReadAllAsync(cancellationToken))
                _running[life] = life.RunAsync(cancellationToken);
        }
        finally
        {
            await Task.WhenAll(_running.Values);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var life in _lives)
            await life.DisposeAsync();
    }

    private static ConfigurationException IsChanged(ConnectionLife life) =>
        new($"Somebody else changes the connection {life.Connection.Name} as well; look at it again.");

    private async Task<ConnectionLife?> ChangeAloneAsync(ConnectionLife life, Func<Task<Connection?>> changeAsync)
    {
        Connection? following = life.Connection with { IsPaused = life.IsPaused };
        ConnectionLife? next = null;
        try
        {
            life.End();
            if (_running.TryRemove(life, out var run))
                await run;
            await life.DisposeAsync();
            following = await changeAsync();
        }
        finally
        {
            next = following is null ? null : make(following, null);
            ImmutableInterlocked.Update(ref _lives, lives => next is null ? lives.Remove(life) : lives.Replace(life, next));
            if (next is not null)
                _toRun.Writer.TryWrite(next);
        }

        return next;
    }
}
