using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// A session-level advisory lock on a connection of its own: whoever holds it is the only one, whatever clocks and networks say,
/// because the server gives it up exactly when the session ends. Work done under it stops when <see cref="Lost"/> fires.
/// </summary>
public sealed class AdvisoryLock : IAsyncDisposable
{
    // An idle connection that a network dropped without a word is noticed by asking it something.
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(15);
    private const int AnswerWithinSeconds = 15;

    private readonly NpgsqlConnection _connection;
    private readonly string _name;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _watch;
    private int _isDisposed;

    private AdvisoryLock(NpgsqlConnection connection, string name)
    {
        _connection = connection;
        _name = name;
        Lost = _lost.Token;
        _watch = WatchAsync();
    }

    /// <summary>Fires when the session died, and with it the lock.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Null when another session holds the lock of this name in this database.</summary>
    public static async Task<AdvisoryLock?> TryAcquireAsync(
        NpgsqlDataSource dataSource, string name, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(SqlText.Read("try_advisory_lock.sql"), connection)
            {
                Parameters = { new() { Value = name } },
            };
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
            {
                return new AdvisoryLock(connection, name);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _closing.CancelAsync();
        await _watch;
        if (!_lost.IsCancellationRequested)
        {
            await UnlockAsync();
        }

        await _connection.DisposeAsync();
        _closing.Dispose();
        _lost.Dispose();
    }

    // A pool cleans a connection only when it is used again; until then the lock would stay.
    private async Task UnlockAsync()
    {
        try
        {
            await using var command = new NpgsqlCommand(SqlText.Read("release_advisory_lock.sql"), _connection)
            {
                Parameters = { new() { Value = _name } },
            };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The session ended between the last look and now, which gave the lock up as well.
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                if (!await NotificationWait.ForAnyAsync(_connection, AskEvery, _closing.Token))
                {
                    await using var command = new NpgsqlCommand(SqlText.Read("check_session.sql"), _connection)
                    {
                        CommandTimeout = AnswerWithinSeconds,
                    };
                    await command.ExecuteNonQueryAsync(CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Given up on purpose.
        }
        catch (NpgsqlException)
        {
            await _lost.CancelAsync();
        }
    }
}
