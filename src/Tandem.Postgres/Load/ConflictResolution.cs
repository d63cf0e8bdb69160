using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Conflicts;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// Decides conflicts between the records of a merge and what is queued of their rows, notes them, and takes out of the queue what
/// Salesforce wins; the merge then writes what no queued change holds any more.
/// </summary>
/// <remarks>
/// Runs with the rows locked, so that no trigger adds to their queue. Without a conflict it is one statement that locks nothing. Where
/// Salesforce wins, all queued entries of these rows are locked: a claim passes over them until the commit, and what was claimed before
/// stays as it is, for it may be on the wire; then the local value wins after all. Doing it twice finds what it did and changes nothing.
/// </remarks>
internal sealed class ConflictResolution(TableDefinition table, ConflictRules rules)
{
    private readonly ConflictLog _log = new(table.Schema);

    public async Task RunAsync(NpgsqlConnection connection, ConflictStatements statements, CancellationToken cancellationToken)
    {
        var found = await FindAsync(connection, statements, cancellationToken);
        if (found.Count > 0)
        {
            found = await WithoutUnsentAsync(connection, found, cancellationToken);
        }

        if (found.Count == 0)
        {
            return;
        }

        var conflicts = await KeepVerdictsAsync(connection, found.ConvertAll(pair => pair.Conflict), cancellationToken);
        if (conflicts.Exists(conflict => conflict.SalesforceWins))
        {
            conflicts = await YieldAsync(connection, conflicts, cancellationToken);
        }

        await _log.AddAsync(connection, table.Name, conflicts, cancellationToken);
    }

    private async Task<List<(Conflict Conflict, ColumnQueue Queue)>> FindAsync(
        NpgsqlConnection connection, ConflictStatements statements, CancellationToken cancellationToken)
    {
        var found = new List<(Conflict, ColumnQueue)>();
        await using var command = new NpgsqlCommand(statements.Find, connection) { CommandTimeout = 0 };
        command.Parameters.AddValues(table.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        QueuedRow? row = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (row?.Id != reader.GetInt32(0))
            {
                found.AddRange(row?.FindConflicts() ?? []);
                row = new QueuedRow(
                    rules, statements.Columns, reader.GetFieldValue<string?[]>(4), reader.GetFieldValue<string?[]>(5))
                {
                    Id = reader.GetInt32(0),
                    Sfid = reader.GetString(1),
                    Stamp = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetDateTime(2),
                    Now = reader.GetDateTime(3),
                };
            }

            var at = await reader.IsDBNullAsync(11, cancellationToken) ? row.Now : reader.GetDateTime(11);
            row.Add(QueuedEntries.Read(reader, 6), at, reader.GetTextOrNull(10) is { } old ? HstoreText.Parse(old) : null);
        }

        found.AddRange(row?.FindConflicts() ?? []);
        return found;
    }

    /// <summary>
    /// A change that failed or was dismissed left its value in the row and not in Salesforce: what the queue began with is not what
    /// Salesforce had.
    /// </summary>
    private async Task<List<(Conflict Conflict, ColumnQueue Queue)>> WithoutUnsentAsync(
        NpgsqlConnection connection, List<(Conflict Conflict, ColumnQueue Queue)> found, CancellationToken cancellationToken)
    {
        var unsent = new Dictionary<int, List<(int Id, string? Values, string? Old)>>();
        await using (var command = Command(connection, "read_unsent.sql", table.Name, RecordsOf(found.Select(pair => pair.Conflict))))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var entries = unsent.GetValueOrDefault(reader.GetInt32(1)) ?? [];
                entries.Add((reader.GetInt32(0), reader.GetTextOrNull(2), reader.GetTextOrNull(3)));
                unsent[reader.GetInt32(1)] = entries;
            }
        }

        return found.FindAll(pair => !WasThereBefore(pair.Conflict, pair.Queue));

        bool WasThereBefore(Conflict conflict, ColumnQueue queue)
        {
            var present = queue.Base;
            foreach (var (_, values, old) in unsent.GetValueOrDefault(conflict.RecordId, []).Where(entry => entry.Id < queue.First.Value))
            {
                if (HstoreText.Parse(values ?? "") is { } changed && HstoreText.Parse(old ?? "") is { } before
                    && queue.StepsBack(ref present, changed, before))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// What was decided for the same value by time stays decided: the record's stamp moves with each change of any other field.
    /// </summary>
    private async Task<List<Conflict>> KeepVerdictsAsync(
        NpgsqlConnection connection, List<Conflict> conflicts, CancellationToken cancellationToken)
    {
        var byTime = conflicts.FindAll(conflict => conflict.Policy is ConflictPolicy.Newest);
        if (byTime.Count == 0)
        {
            return conflicts;
        }

        var verdicts = await _log.ReadVerdictsAsync(
            connection, byTime.Select(conflict => conflict.Change).ToHashSet(), cancellationToken);
        return conflicts.ConvertAll(conflict => conflict.Policy is ConflictPolicy.Newest
            && verdicts.TryGetValue(
                new ConflictKey(conflict.Change, conflict.ChangedAt, conflict.Column, conflict.SalesforceValue), out var isWon)
            ? conflict with { SalesforceWins = isWon }
            : conflict);
    }

    /// <summary>Takes the columns that Salesforce wins out of the queued entries; an entry without any other ends.</summary>
    private async Task<List<Conflict>> YieldAsync(
        NpgsqlConnection connection, List<Conflict> conflicts, CancellationToken cancellationToken)
    {
        var queues = new QueuedEntries(table);
        var lost = RecordsOf(conflicts.Where(conflict => conflict.SalesforceWins));
        var entries = await queues.LockAsync(connection, lost, cancellationToken);
        conflicts = conflicts.ConvertAll(conflict => conflict with
        {
            SalesforceWins = conflict.SalesforceWins
                && !entries[conflict.RecordId].Any(entry => entry.IsClaimed && entry.Sends(conflict.Column)),
        });
        var yields = new List<(ChangeId, string?, string?)>();
        foreach (var won in conflicts.Where(conflict => conflict.SalesforceWins).GroupBy(conflict => conflict.RecordId))
        {
            var columns = won.Select(conflict => conflict.Column).ToHashSet(StringComparer.Ordinal);
            foreach (var entry in entries[won.Key].Where(entry => !entry.IsClaimed && columns.Overlaps(entry.Values.Keys)))
            {
                var rest = entry.Values.Where(pair => !columns.Contains(pair.Key)).ToList();
                yields.Add(rest.Exists(pair => IsWorthSending(entry, pair.Key))
                    ? (entry.Id, HstoreText.Write(rest), null)
                    : (entry.Id, null, Message(columns.Where(entry.Values.ContainsKey))));
            }
        }

        await queues.YieldAsync(connection, yields, cancellationToken);
        return conflicts;
    }

    private bool IsWorthSending(QueuedEntry entry, string column) => entry.IsInsert
        ? entry.Sends(column) && rules.Columns.TryGetValue(column, out var rule) && !rule.IsIdentifier
        : column is not (ReservedNames.Id or ReservedNames.Sfid);

    private static string Message(IEnumerable<string> columns) =>
        $"Not sent: Salesforce had changed {string.Join(", ", columns.Order(StringComparer.Ordinal))} too, and by the conflict policy its "
        + "value stands; tandem.conflicts has both.";

    private static int[] RecordsOf(IEnumerable<Conflict> conflicts) => [.. conflicts.Select(conflict => conflict.RecordId).Distinct()];

    private NpgsqlCommand Command(NpgsqlConnection connection, string file, params object[] values)
    {
        var command = new NpgsqlCommand(SqlText.InSchema($"Conflicts/{file}", table.Schema), connection);
        command.Parameters.AddValues(values);

        return command;
    }
}
