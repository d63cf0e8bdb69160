using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// Sleeps until a channel announces something, on a connection of its own that listens to it. Used by one worker at a time.
/// </summary>
public sealed class ChannelListener(NpgsqlDataSource dataSource, string channel, TimeProvider timeProvider) : IAsyncDisposable
{
    private const int AnswerWithinSeconds = 15;

    private NpgsqlConnection? _connection;

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

    // A pool cleans a connection only when it is used again; until then the server would keep announcements for it.
    private static async Task CloseAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var command = new NpgsqlCommand("unlisten *", connection) { CommandTimeout = AnswerWithinSeconds };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The session is gone, and its listening with it.
        }

        await connection.DisposeAsync();
    }
}
