using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// Sleeps until a channel announces something, on a connection of its own that listens to it. Used by one worker at a time.
/// </summary>
/// <remarks>
/// A channel may be one on which only a sleeper is called: that of a change log. Whoever writes an entry tries to get the lock that is
/// named as the channel, shared and until the end of the transaction, and announces the entry only when that fails. The sleeper takes the
/// lock alone before it looks for the last time: every transaction that found it awake has ended then and is seen by that look, and every
/// other one announces itself. So a worker that is busy costs the writers no announcement, and no entry is overlooked.
/// </remarks>
public sealed class ChannelListener(NpgsqlDataSource dataSource, string channel, TimeProvider timeProvider) : IAsyncDisposable
{
    private const int AnswerWithinSeconds = 15;

    private NpgsqlConnection? _connection;

    /// <summary>True when the lock is held: every entry is announced that a look from now on cannot see.</summary>
    public bool IsCalled { get; private set; }

    /// <summary>
    /// Takes the lock; look once more then. False while a transaction is under way that found the worker awake and so will announce
    /// nothing: look again soon.
    /// </summary>
    public async Task<bool> TryToBeCalledAsync(CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            await ConnectAsync(cancellationToken);
        }

        IsCalled = IsCalled || await AskAsync("try_advisory_lock.sql", cancellationToken);
        return IsCalled;
    }

    /// <summary>The worker looks by itself again, and needs not be called.</summary>
    public async Task StayAwakeAsync(CancellationToken cancellationToken)
    {
        if (IsCalled)
        {
            await AskAsync("release_advisory_lock.sql", cancellationToken);
            IsCalled = false;
        }
    }

    /// <summary>
    /// Returns when the channel announced something, and after <paramref name="atMost"/> in any case. Also returns at once whenever it
    /// had to connect, because what was announced before that is unknown. Throws Npgsql's own when no connection can be made.
    /// </summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            await ConnectAsync(cancellationToken);
            return;
        }

        using var timeout = new CancellationTokenSource(atMost, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await NotificationWait.ForAnyAsync(_connection, TimeSpan.MaxValue, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await CheckAsync(_connection, cancellationToken);
        }
        catch (NpgsqlException)
        {
            await ReconnectAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            IsCalled = false;
            await CloseAsync(connection);
        }
    }

    // Silence can also mean that the network dropped the connection without a word.
    private async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(SqlText.Read("check_session.sql"), connection)
            {
                CommandTimeout = AnswerWithinSeconds,
            };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException)
        {
            await ReconnectAsync(cancellationToken);
        }
    }

    // A session that ended has given its lock up.
    private async Task<bool> AskAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(SqlText.Read(file), _connection)
            {
                CommandTimeout = AnswerWithinSeconds,
                Parameters = { new() { Value = channel } },
            };
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (NpgsqlException)
        {
            await ReconnectAsync(cancellationToken);
            return false;
        }
    }

    private async Task ReconnectAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        await ConnectAsync(cancellationToken);
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"listen {PgIdentifier.Quote(channel)}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            _connection = connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // A pool cleans a connection only when it is used again; until then the server would keep announcements and the lock for it.
    private static async Task CloseAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var command = new NpgsqlCommand("unlisten *; select pg_advisory_unlock_all()", connection)
            {
                CommandTimeout = AnswerWithinSeconds,
            };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The session is gone, and its listening with it.
        }

        await connection.DisposeAsync();
    }
}
