using System.Collections.Concurrent;
using Npgsql;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// Writes some columns of rows that are otherwise up to date, in a transaction of <see cref="SyncSession"/>: for values that change in
/// Salesforce without a change of their record.
/// </summary>
/// <remarks>
/// Only a row with the very <c>systemmodstamp</c> that came along is written, and only where a value differs. A row of another stamp has
/// changed as a whole, here or there, and a merge of all its columns is on its way; a record without a row is left to that merge too.
/// What waits in the change log and what is shown of it stays. Doing it twice changes nothing.
/// </remarks>
public sealed class ColumnRefresher(TableDefinition definition)
{
    private readonly ConcurrentDictionary<string, RefreshStatements> _statements = new(StringComparer.Ordinal);

    /// <summary>
    /// The columns name the fields of the rows in their order; <c>sfid</c> and <c>systemmodstamp</c> are among them, and at least one more.
    /// </summary>
    /// <returns>How many rows were written.</returns>
    public async Task<int> RefreshAsync(
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

        var statements = StatementsFor(columns);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Prepare));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statements.Empty));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var copy = await BinaryCopy.BeginAsync(connection, statements.Copy, columns.Count, cancellationToken))
        {
            await copy.WriteAsync(rows, cancellationToken);
            await copy.CompleteAsync(cancellationToken);
        }

        await using var work = new NpgsqlBatch(connection, transaction) { Timeout = 0 };
        var update = new NpgsqlBatchCommand(statements.Update);
        work.BatchCommands.Add(new NpgsqlBatchCommand(statements.Lock));
        work.BatchCommands.Add(new NpgsqlBatchCommand(statements.KeepStatus));
        work.BatchCommands.Add(update);
        work.BatchCommands.Add(new NpgsqlBatchCommand(statements.RestoreStatus));
        await using (var reader = await work.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            if (!reader.GetBoolean(0))
            {
                throw SyncSession.NotBegun("A refresh");
            }

            // Reads to the end, for a failure of a later statement shows there.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }
        }

        return (int)update.RecordsAffected;
    }

    private RefreshStatements StatementsFor(IReadOnlyList<string> columns)
    {
        foreach (var needed in new[] { ReservedNames.Sfid, ReservedNames.SystemModstamp })
        {
            if (!columns.Contains(needed, StringComparer.Ordinal))
            {
                throw new ArgumentException(
                    $"A refresh of {definition.Schema}.{definition.Name} needs the column {needed}; it is not among them.",
                    nameof(columns));
            }
        }

        if (columns.Count < 3)
        {
            throw new ArgumentException(
                $"A refresh of {definition.Schema}.{definition.Name} needs a column to write; there is none.", nameof(columns));
        }

        return _statements.GetOrAdd(
            string.Join('\0', columns),
            static (_, key) => new RefreshStatements(key.Definition, [.. key.Columns]),
            (Definition: definition, Columns: columns));
    }
}
