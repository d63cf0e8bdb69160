using System.Collections.Concurrent;
using Npgsql;
using Tandem.Postgres.Conflicts;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// Brings records from Salesforce into a table that is in use, any number at a time, in a transaction of <see cref="SyncSession"/>.
/// </summary>
/// <remarks>
/// The records go by COPY into a temporary table that the session keeps. Then, each in a statement of its own so that each sees what
/// was committed before it: of records that came twice the newest stays; the rows that differ are written at once, and the log is looked
/// at: a user's change stands in it when it commits, and makes its row differ, so what was written over one shows there and is taken back.
/// Where the last merge has met queued changes, the log is looked at before, too. When it holds something of these rows, they
/// are locked, ordered by id; rows that know only their unique identifier get their sfid; the log is looked at once more. As the rows are
/// locked by then, no queued change can be missed. What Salesforce has changed too is in conflict: <see cref="ConflictResolution"/>
/// decides, and may take it out of the log. What the log then holds for a row (the columns that an entry names, the whole row where
/// it names none) is left as the user wrote it and the row stays PENDING; a record whose deletion is queued does not come back, nor does
/// a row with its unique identifier become it. All other rows are written where something differs and the row is not newer. Doing it
/// twice changes nothing. Deferrable constraints are checked at the commit.
/// </remarks>
/// <param name="rules">Who wins where a user and Salesforce have changed the same value; without any, what is queued stays.</param>
public sealed class TableMerger(TableDefinition definition, ConflictRules? rules = null)
{
    private const string SavepointName = "tandem_merge";

    /// <summary>Rows of a table may refer to each other, and come and go in any order.</summary>
    internal const string DeferConstraints = "set constraints all deferred";

    private readonly ConcurrentDictionary<string, MergeStatements> _statements = new(StringComparer.Ordinal);

    /// <summary>What the last merge found. To write first and look then is always right, and in vain where changes are queued.</summary>
    private volatile bool _expectsQueue;

    /// <summary>Null where nothing is ever in conflict.</summary>
    public ConflictRules? Rules { get; } = rules;

    /// <summary>The same for a table whose columns have got other types.</summary>
    public TableMerger With(TableDefinition changed) => new(changed, Rules);

    /// <summary>The columns name the fields of the rows in their order; <c>sfid</c> is among them and never null.</summary>
    public Task<MergeResult> MergeAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyList<string> columns,
        CopyRows rows,
        CancellationToken cancellationToken) => MergeAsync(connection, transaction, columns, rows, [], cancellationToken);

    /// <summary>As above, some records left out.</summary>
    /// <param name="except">Their sfids: what came of these records is older than what the table holds.</param>
    public async Task<MergeResult> MergeAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyList<string> columns,
        CopyRows rows,
        IReadOnlyCollection<string> except,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.RowCount == 0)
        {
            return new MergeResult(0, 0, 0);
        }

        var statements = StatementsFor(columns);
        await StageAsync(connection, transaction, statements, columns.Count, rows, cancellationToken);
        if (await TryWriteAsync(connection, transaction, statements, except, cancellationToken) is { } written)
        {
            return written;
        }

        var (adopted, isQueued, records) = await LockAsync(connection, transaction, statements, cancellationToken);
        if (isQueued && Rules is { } conflictRules && statements.Conflicts is { } conflicts)
        {
            await new ConflictResolution(definition, conflictRules).RunAsync(connection, conflicts, cancellationToken);
        }

        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 0 };
        var name = definition.Name;
        batch.BatchCommands.Add(isQueued ? Command(statements.UpdateBesideQueue, name) : Command(statements.Write));
        var insert = Command(statements.Insert, name);
        batch.BatchCommands.Add(insert);
        if (isQueued)
        {
            batch.BatchCommands.Add(Command(statements.MarkPending, name));
        }

        var changed = adopted.ToHashSet();
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            changed.UnionWith(await ReadIdsAsync(reader, cancellationToken));
            await reader.NextResultAsync(cancellationToken);
        }

        var inserted = (int)insert.RecordsAffected;
        return new MergeResult(inserted, changed.Count, records - inserted - changed.Count);
    }

    /// <summary>Removes the rows of records deleted in Salesforce; <see cref="RowDeletion"/> tells what keeps a row.</summary>
    /// <returns>How many rows went.</returns>
    public Task<int> DeleteAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyList<string> sfids,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sfids);
        return new RowDeletion(definition, Rules).RunAsync(connection, transaction, [.. sfids], cancellationToken);
    }

    private MergeStatements StatementsFor(IReadOnlyList<string> columns)
    {
        if (!columns.Contains(ReservedNames.Sfid, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"A merge into {definition.Schema}.{definition.Name} needs the column sfid; it is not among them.", nameof(columns));
        }

        return _statements.GetOrAdd(
            string.Join('\0', columns),
            static (_, key) => new MergeStatements(key.Definition, [.. key.Columns], key.Rules),
            (Definition: definition, Columns: columns, Rules));
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
            batch.BatchCommands.Add(Command(DeferConstraints));
            batch.BatchCommands.Add(Command(statements.Prepare));
            batch.BatchCommands.Add(Command(statements.Empty));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var copy = await BinaryCopy.BeginAsync(connection, statements.Copy, columns, cancellationToken);
        await copy.WriteAsync(rows, cancellationToken);
        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>Leaves the staged records distinct and without the excepted ones in any case.</summary>
    /// <returns>Null when a local change is queued; nothing is written then.</returns>
    private async Task<MergeResult?> TryWriteAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        MergeStatements statements,
        IReadOnlyCollection<string> except,
        CancellationToken cancellationToken)
    {
        var (isQueued, records) = await LookAsync(connection, transaction, statements, except, cancellationToken);
        _expectsQueue = isQueued;
        if (isQueued)
        {
            return null;
        }

        var adopted = await ReadIdsAsync(connection, transaction, statements.Adopt, cancellationToken, definition.Name);
        var written = await ReadIdsAsync(connection, transaction, statements.Write, cancellationToken);

        // When each record has its row, none is to be inserted.
        var inserted = written.Count < records ? await InsertAsync(connection, transaction, statements, cancellationToken) : 0;
        int[] changed = [.. adopted.Union(written)];
        _expectsQueue = await AskAsync(connection, transaction, statements.IsWrittenQueued, cancellationToken, changed);
        if (_expectsQueue)
        {
            await transaction.RollbackAsync(SavepointName, cancellationToken);
            return null;
        }

        await transaction.ReleaseAsync(SavepointName, cancellationToken);
        return new MergeResult(inserted, changed.Length, records - inserted - changed.Length);
    }

    /// <summary>Ends with a savepoint, behind which a merge may write.</summary>
    private async Task<(bool IsQueued, int Records)> LookAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        MergeStatements statements,
        IReadOnlyCollection<string> except,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 0 };
        batch.BatchCommands.Add(Command(statements.Deduplicate));
        if (except.Count > 0)
        {
            batch.BatchCommands.Add(Command(statements.Except, (object)except.ToArray()));
        }

        var looks = _expectsQueue;
        batch.BatchCommands.Add(Command(statements.Look, definition.Name));
        if (looks)
        {
            batch.BatchCommands.Add(Command(statements.IsQueued, definition.Name));
        }

        batch.BatchCommands.Add(Command($"savepoint {SavepointName}"));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        CheckSession(reader.GetBoolean(1));
        var records = reader.GetInt32(2);
        await reader.NextResultAsync(cancellationToken);
        return (looks && await reader.ReadAsync(cancellationToken) && reader.GetBoolean(0), records);
    }

    private async Task<int> InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, MergeStatements statements, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(statements.Insert, connection, transaction) { CommandTimeout = 0 };
        command.Parameters.AddValues(definition.Name);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<bool> AskAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
        command.Parameters.AddValues([definition.Name, .. values]);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <param name="sql">Null for no statement and no ids.</param>
    private static async Task<List<int>> ReadIdsAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        string? sql,
        CancellationToken cancellationToken,
        params object[] values)
    {
        if (sql is null)
        {
            return [];
        }

        await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
        command.Parameters.AddValues(values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadIdsAsync(reader, cancellationToken);
    }

    private static async Task<List<int>> ReadIdsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var ids = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt32(0));
        }

        return ids;
    }

    private async Task<(List<int> Adopted, bool IsQueued, int Records)> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, MergeStatements statements, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 0 };
        batch.BatchCommands.Add(Command(statements.Lock));
        if (statements.Adopt is { } adopt)
        {
            batch.BatchCommands.Add(Command(adopt, definition.Name));
        }

        batch.BatchCommands.Add(Command(statements.Look, definition.Name));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var adopted = new List<int>();
        await reader.NextResultAsync(cancellationToken);
        if (statements.Adopt is not null)
        {
            adopted = await ReadIdsAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
        }

        await reader.ReadAsync(cancellationToken);
        CheckSession(reader.GetBoolean(1));
        return (adopted, reader.GetBoolean(0), reader.GetInt32(2));
    }

    private static void CheckSession(bool isOurs)
    {
        if (!isOurs)
        {
            throw SyncSession.NotBegun("A merge");
        }
    }

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddValues(values);

        return command;
    }
}
