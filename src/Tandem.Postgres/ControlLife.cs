using System.Data;
using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// One life of a <see cref="ControlSession"/>, from the opening of the session to its end: what it holds and who listens. Used by the
/// task of the control session alone, but for <see cref="Lost"/>.
/// </summary>
internal sealed class ControlLife : IAsyncDisposable
{
    private const int AnswerWithinSeconds = 15;

    private readonly CancellationTokenSource _lost = new();
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ChannelListener>> _listeners = new(StringComparer.Ordinal);
    private readonly List<(string Channel, string Payload)> _heard = [];

    private ControlLife(NpgsqlConnection session)
    {
        Session = session;
        Lost = _lost.Token;
        session.Notification += (_, heard) => _heard.Add((heard.Channel, heard.Payload));
    }

    public NpgsqlConnection Session { get; }

    /// <summary>Fires when the session has ended, and with it every lock and every listening.</summary>
    public CancellationToken Lost { get; }

    /// <summary>
    /// What ended it, told before <see cref="Lost"/> fires; null while it lives, and when it was closed because nobody needed it.
    /// </summary>
    public Exception? EndedBy { get; private set; }

    public bool IsOpen => Session.FullState == ConnectionState.Open;

    /// <summary>Somebody listens, or holds a lock.</summary>
    public bool IsNeeded => _locks.Count + _listeners.Count > 0;

    public static async Task<ControlLife> OpenAsync(NpgsqlDataSource dataSource) =>
        new(await dataSource.OpenConnectionAsync(CancellationToken.None));

    /// <returns>False when anybody has the lock, another user of this session too.</returns>
    public async Task<bool> TryLockAsync(string name) =>
        !_locks.Contains(name) && await AskAsync("try_advisory_lock.sql", name) && _locks.Add(name);

    public async Task UnlockAsync(string name)
    {
        if (_locks.Remove(name))
            await AskAsync("release_advisory_lock.sql", name);
    }

    public async Task ListenAsync(ChannelListener listener)
    {
        if (!_listeners.TryGetValue(listener.Channel, out var listeners))
        {
            await ExecuteAsync($"listen {PgIdentifier.Quote(listener.Channel)}");
            _listeners.Add(listener.Channel, listeners = []);
        }

        listeners.Add(listener);
    }

    public async Task ForgetAsync(ChannelListener listener)
    {
        if (!_listeners.TryGetValue(listener.Channel, out var listeners) || !listeners.Remove(listener))
            return;
        if (listener.IsCalled)
            await UnlockAsync(listener.Channel);
        if (listeners.Count > 0)
            return;
        _listeners.Remove(listener.Channel);
        await ExecuteAsync($"unlisten {PgIdentifier.Quote(listener.Channel)}");
    }

    public Task CheckAsync() => ExecuteAsync(SqlText.Read("check_session.sql"));

    /// <summary>
    /// Wakes those for whom something was announced. Whoever was called looks by itself from then on, so that its lock is given up first.
    /// </summary>
    public async Task WakeAsync()
    {
        while (_heard.Count > 0)
        {
            var woken = _heard.SelectMany(Find).Distinct().ToList();
            _heard.Clear();
            foreach (var listener in woken)
            {
                if (listener.IsCalled)
                    await UnlockAsync(listener.Channel);
                listener.Wake();
            }
        }
    }

    /// <summary>Ends it for a reason, which those who lose something by that may ask for.</summary>
    public ValueTask EndAsync(Exception reason)
    {
        EndedBy = reason;
        return DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _lost.CancelAsync();
        foreach (var listener in _listeners.Values.SelectMany(all => all))
            listener.Wake();
        await CloseAsync();
        _lost.Dispose();
    }

    private IEnumerable<ChannelListener> Find((string Channel, string Payload) heard) =>
        _listeners.TryGetValue(heard.Channel, out var listeners)
            ? listeners.Where(listener => listener.Payload is null || listener.Payload == heard.Payload)
            : [];

    private async Task<bool> AskAsync(string file, string name)
    {
        await using var command = new NpgsqlCommand(SqlText.Read(file), Session)
        {
            CommandTimeout = AnswerWithinSeconds,
            Parameters = { new() { Value = name } },
        };
        return await command.ExecuteScalarAsync() is true;
    }

    private async Task ExecuteAsync(string text)
    {
        await using var command = new NpgsqlCommand(text, Session) { CommandTimeout = AnswerWithinSeconds };
        await command.ExecuteNonQueryAsync();
    }

    // A pool cleans a session only when it is used again; until then the server would keep announcements and locks for it.
    private async Task CloseAsync()
    {
        try
        {
            if (IsOpen)
                await ExecuteAsync("unlisten *; select pg_advisory_unlock_all()");
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The session is gone, and its listening and its locks with it.
        }

        await Session.DisposeAsync();
    }
}
