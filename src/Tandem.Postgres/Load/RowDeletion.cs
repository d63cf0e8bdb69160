using Npgsql;
using Tandem.Postgres.Conflicts;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// Removes rows whose records Salesforce has deleted, in a transaction of <see cref="SyncSession"/>. Each statement sees what was
/// committed before it, so the rows are locked first: a change of a user then stands in the log or waits for the end.
/// </summary>
/// <remarks>
/// A row with a queued change stays: the change fails when it is sent, which shows it to the user, and the next look removes the row. When
/// Salesforce wins by policy the queued changes end and the row goes at once, unless one is on the wire. A row whose change failed or
/// ended goes into the conflict log as a whole, so that what the user wrote is not lost with it. Doing it twice changes nothing.
/// </remarks>
internal sealed class RowDeletion(TableDefinition table, ConflictRules? rules)
{
    private const string Yielded =
        "Not sent: the record was deleted in Salesforce, and by the conflict policy that stands; tandem.conflicts has the row.";

    private readonly string _log = PgIdentifier.Qualify(table.Schema, ReservedNames.TriggerLog);

    /// <returns>How many rows went.</returns>
    public async Task<int> RunAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string[] sfids, CancellationToken cancellationToken)
    {
        var (locked, failed) = await LockAsync(connection, transaction, sfids, cancellationToken);
        if (failed > 0 && rules is not null)
        {
            await RunAsync(
                connection, "note_failed_rows.sql", cancellationToken, table.Schema, table.Name, sfids, ConflictLog.Word(rules.Policy));
        }

        await using var delete = new NpgsqlCommand(
            $"""
            delete from {table.QualifiedName} t where t.sfid = any($1) and not exists (
              select from {_log} l where l.table_name = $2 and l.state in ('NEW', 'PENDING') and l.record_id = t.id)
            """,
            connection,
            transaction) { CommandTimeout = 0 };
        delete.Parameters.AddValues(sfids, table.Name);
        var deleted = await delete.ExecuteNonQueryAsync(cancellationToken);
        return deleted < locked && rules is { YieldsToDeletion: true }
            ? deleted + await YieldAsync(connection, sfids, cancellationToken)
            : deleted;
    }

    private async Task<(int Rows, int Failed)> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string[] sfids, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(TableMerger.DeferConstraints));
        var command = new NpgsqlBatchCommand(
            $"""
            with locked as materialized (
              select t._hc_lastop from {table.QualifiedName} t where t.sfid = any($1) order by t.id for update of t)
            select current_setting('xmlbinary') = 'hex', count(*)::integer, (count(*) filter (where _hc_lastop = 'FAILED'))::integer
            from locked
            """);
        command.Parameters.AddValues([sfids]);
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(0) ? (reader.GetInt32(1), reader.GetInt32(2)) : throw SyncSession.NotBegun("A deletion");
    }

    /// <summary>The rows that are left have queued changes.</summary>
    private async Task<int> YieldAsync(NpgsqlConnection connection, string[] sfids, CancellationToken cancellationToken)
    {
        var left = new List<int>();
        await using (var command = new NpgsqlCommand($"select t.id from {table.QualifiedName} t where t.sfid = any($1)", connection))
        {
            command.Parameters.AddValues([sfids]);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                left.Add(reader.GetInt32(0));
            }
        }

        var queues = new QueuedEntries(table);
        var entries = await queues.LockAsync(connection, [.. left], cancellationToken);
        var yielding = entries.Where(row => row.All(entry => !entry.IsClaimed)).ToList();
        if (yielding.Count == 0)
        {
            return 0;
        }

        var yields = yielding.SelectMany(row => row).Select(entry => (entry.Id, (string?)null, (string?)Yielded));
        await queues.YieldAsync(connection, [.. yields], cancellationToken);
        var records = yielding.Select(row => row.Key).ToArray();
        await RunAsync(
            connection,
            "note_yielded_rows.sql",
            cancellationToken,
            table.Schema,
            table.Name,
            records,
            yielding.Select(row => row.First().Id.Value).ToArray());
        return await RunAsync(connection, "delete_yielded_rows.sql", cancellationToken, records);
    }

    private async Task<int> RunAsync(NpgsqlConnection connection, string file, CancellationToken cancellationToken, params object[] values)
    {
        var sql = SqlText.ForTable($"Conflicts/{file}", table.Schema, table.Name);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddValues(values);

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
