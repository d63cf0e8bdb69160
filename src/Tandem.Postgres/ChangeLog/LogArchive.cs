using Npgsql;

namespace Tandem.Postgres.ChangeLog;

/// <summary>
/// The way of change log entries to the archive, out of it, and back from it when a user asks for that. Each step is a transaction of its
/// own: it takes a bounded number of entries, passes over those that others hold, and is done or not done after a
/// crash.
/// </summary>
public sealed class LogArchive(string schema)
{
    /// <summary>
    /// Copies archived REQUEUE entries of the tables into the log, as NEW ones with new ids, and turns them into REQUEUED.
    /// </summary>
    /// <returns>How many; fewer than the limit means that none is left.</returns>
    /// <remarks>
    /// A statement that inserts into the log calls the push loop, also when it inserts nothing; so it runs only where there is something
    /// to insert, or a push loop that has nothing to do would call itself without end.
    /// </remarks>
    public async Task<int> RequeueAsync(
        NpgsqlConnection connection, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tables);
        await using (var look = Command(connection, "has_requeue.sql", [tables.ToArray()]))
        {
            if (await look.ExecuteScalarAsync(cancellationToken) is not true)
                return 0;
        }

        return await ExecuteAsync(connection, "requeue_archived.sql", cancellationToken, tables.ToArray(), limit);
    }

    /// <summary>
    /// Moves entries to the archive that are processed for longer than <paramref name="age"/>. Begins with those made at
    /// <paramref name="from"/>, so that entries which stay are not looked at again.
    /// </summary>
    public Task<ArchiveStep> MoveAgedAsync(
        NpgsqlConnection connection, TimeSpan age, DateTime from, int limit, CancellationToken cancellationToken) =>
        MoveAsync(connection, "choose_aged.sql", cancellationToken, age, from, limit);

    /// <summary>Moves entries that did not fail and have at least so many newer ones behind them, whatever their age.</summary>
    public Task<ArchiveStep> MoveCrowdingAsync(NpgsqlConnection connection, int newer, int limit, CancellationToken cancellationToken) =>
        MoveAsync(connection, "choose_crowding.sql", cancellationToken, newer, limit);

    /// <summary>Deletes archived entries that are processed for longer than <paramref name="age"/>.</summary>
    public Task<int> PurgeAsync(NpgsqlConnection connection, TimeSpan age, int limit, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "purge_archive.sql", cancellationToken, age, limit);

    private async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string file, CancellationToken cancellationToken, params object[] values)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        await using var command = Command(connection, file, values);
        var entries = await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return entries;
    }

    private async Task<ArchiveStep> MoveAsync(
        NpgsqlConnection connection, string choice, CancellationToken cancellationToken, params object[] values)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        var step = default(ArchiveStep);
        if (await ChooseAsync(connection, choice, values, cancellationToken) is { Count: > 0 } chosen)
        {
            await using var command = Command(connection, "archive_entries.sql", [chosen.ToArray()]);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var isNone = await reader.IsDBNullAsync(1, cancellationToken);
            step = new ArchiveStep((int)reader.GetInt64(0), isNone ? default : reader.GetDateTime(1));
        }

        await transaction.CommitAsync(cancellationToken);
        return step;
    }

    private async Task<List<int>> ChooseAsync(
        NpgsqlConnection connection, string file, object[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, file, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt32(0));
        return ids;
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string file, object[] values)
    {
        var command = new NpgsqlCommand(SqlText.InSchema($"ChangeLog/{file}", schema), connection);
        command.Parameters.AddValues(values);
        return command;
    }
}
