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
    /// Looks at the next processed entries behind an id, which stand there in the order of their capture, and moves those to the archive
    /// that are processed for longer than <paramref name="age"/>. The others are not looked at again when the next step goes on behind
    /// them. Once none of them is older, none behind them is.
    /// </summary>
    public async Task<ArchiveStep> MoveAgedAsync(
        NpgsqlConnection connection, TimeSpan age, int behind, int limit, CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        var (seen, last, isAnyOld, chosen) = (0, 0, false, new List<int>());
        await using (var choose = Command(connection, "choose_aged.sql", [age, behind, limit]))
        await using (var reader = await choose.ExecuteReaderAsync(cancellationToken))
        {
            for (; await reader.ReadAsync(cancellationToken); seen++)
            {
                last = reader.GetInt32(0);
                isAnyOld |= reader.GetBoolean(1);
                if (reader.GetBoolean(2))
                    chosen.Add(last);
            }
        }

        var entries = await MoveAsync(connection, chosen, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new ArchiveStep(entries, seen == limit && isAnyOld ? last : null);
    }

    /// <summary>Moves entries that did not fail and have at least so many newer ones behind them, whatever their age.</summary>
    /// <returns>How many; fewer than the limit means that none is left.</returns>
    public async Task<int> MoveCrowdingAsync(NpgsqlConnection connection, int newer, int limit, CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        var chosen = new List<int>();
        await using (var choose = Command(connection, "choose_crowding.sql", [newer, limit]))
        await using (var reader = await choose.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                chosen.Add(reader.GetInt32(0));
        }

        var entries = await MoveAsync(connection, chosen, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return entries;
    }

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

    private async Task<int> MoveAsync(NpgsqlConnection connection, List<int> chosen, CancellationToken cancellationToken)
    {
        if (chosen.Count == 0)
            return 0;
        await using var command = Command(connection, "archive_entries.sql", [chosen.ToArray()]);
        return await command.ExecuteScalarAsync(cancellationToken) is long moved ? (int)moved : 0;
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string file, object[] values)
    {
        var command = new NpgsqlCommand(SqlText.InSchema($"ChangeLog/{file}", schema), connection);
        command.Parameters.AddValues(values);
        return command;
    }
}
