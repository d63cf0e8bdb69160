using System.Collections.Concurrent;
using Npgsql;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// Gives columns that were added to a table their values, in a transaction of <see cref="SyncSession"/>. Only those columns of rows
/// that are there change: no row is inserted, <c>systemmodstamp</c> serves only to leave rows alone that are newer, a column with a
/// queued change keeps the user's value, and a row that waits or failed keeps saying so. Doing it twice changes nothing.
/// </summary>
/// <remarks>
/// The rows are locked before the log is read, as in a merge: a user's change stands in the log when it commits. The status trigger
/// marks every row that we touch as SYNCED; what other rows said is read before and written back after.
/// </remarks>
public sealed class TableFiller(TableDefinition definition)
{
    private readonly ConcurrentDictionary<string, FillStatements> _statements = new(StringComparer.Ordinal);

    /// <summary>The columns name the fields of the rows in their order; <c>sfid</c> is among them.</summary>
    /// <returns>How many rows changed.</returns>
    public async Task<int> FillAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyList<string> columns,
        CopyRows rows,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.RowCount == 0)
        {
            return 0;
        }

        var statements = _statements.GetOrAdd(
            string.Join('\0', columns),
            static (_, key) => new FillStatements(key.Definition, [.. key.Columns]),
            (Definition: definition, Columns: columns));
        await StageAsync(connection, transaction, statements.Shared, columns.Count, rows, cancellationToken);
        var states = await LockAsync(connection, transaction, statements, cancellationToken);
        await using var fill = new NpgsqlCommand(statements.Fill, connection, transaction) { CommandTimeout = 0 };
        fill.Parameters.Add(new NpgsqlParameter<string> { TypedValue = definition.Name });
        var filled = await fill.ExecuteNonQueryAsync(cancellationToken);
        if (states.Count > 0)
        {
            await RestoreAsync(connection, transaction, statements, states, cancellationToken);
        }

        return filled;
    }

    private static async Task StageAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        MergeStatements statements,
        int columns,
        CopyRows rows,
        CancellationToken cancellationToken)
    {
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Prepare));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Empty));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var copy = await BinaryCopy.BeginAsync(connection, statements.Copy, columns, cancellationToken))
        {
            await copy.WriteAsync(rows, cancellationToken);
            await copy.CompleteAsync(cancellationToken);
        }

        await using var deduplicate = new NpgsqlCommand(statements.Deduplicate, connection, transaction) { CommandTimeout = 0 };
        await deduplicate.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<List<(int Id, string LastOperation, string? Error)>> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, FillStatements statements, CancellationToken cancellationToken)
    {
        var look = new NpgsqlBatchCommand(statements.Shared.Look);
        look.Parameters.Add(new NpgsqlParameter<string> { TypedValue = definition.Name });
        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Shared.Lock));
        batch.BatchCommands.Add(look);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.ReadStates));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (!reader.GetBoolean(1))
        {
            throw SyncSession.NotBegun("A fill");
        }

        await reader.NextResultAsync(cancellationToken);
        var states = new List<(int, string, string?)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            states.Add((reader.GetInt32(0), reader.GetString(1), reader.GetTextOrNull(2)));
        }

        return states;
    }

    private static async Task RestoreAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        FillStatements statements,
        List<(int Id, string LastOperation, string? Error)> states,
        CancellationToken cancellationToken)
    {
        await using var restore = new NpgsqlCommand(statements.RestoreStates, connection, transaction) { CommandTimeout = 0 };
        restore.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. states.Select(state => state.Id)] });
        restore.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. states.Select(state => state.LastOperation)] });
        restore.Parameters.Add(new NpgsqlParameter<string?[]> { TypedValue = [.. states.Select(state => state.Error)] });
        await restore.ExecuteNonQueryAsync(cancellationToken);
    }
}
