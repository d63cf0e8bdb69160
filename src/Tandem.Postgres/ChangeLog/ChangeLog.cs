using Npgsql;

namespace Tandem.Postgres.ChangeLog;

/// <summary>
/// The queue between the users' changes and Salesforce: the table in which the capture triggers write. Claims entries for sending,
/// finds what a crash left claimed, and writes back what became of them.
/// </summary>
public sealed class ChangeLog(string schema)
{
    /// <summary>
    /// A claim of changes whose records were never inserted takes what failed of these records along (contract, section 7: merged writes).
    /// </summary>
    public bool TakesFailedInsertsAlong { get; init; }

    /// <summary>The columns of a table by whose values other rows name its rows as their parents; none if it is not told.</summary>
    public Func<string, IReadOnlyList<string>> ParentKeysOf { get; init; } = _ => [];

    /// <summary>
    /// Turns up to <paramref name="limit"/> NEW entries into PENDING and returns them in the order of their capture, with the deletes of
    /// rows without Salesforce id that stand among them; entries that another session holds are passed over. A record that was deleted
    /// before its INSERT was ever sent is finished here as IGNORED, with its later entries, unless another row may have named it as its
    /// parent meanwhile (<see cref="ParentKeysOf"/>). Transactions of its own; if a commit is lost, the entries are found as pending.
    /// Empty means that nothing is left to claim.
    /// </summary>
    public async Task<IReadOnlyList<Change>> ClaimAsync(
        NpgsqlConnection connection, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tables);
        while (true)
        {
            var (changes, claimed) = await ClaimOnceAsync(connection, tables, limit, cancellationToken);
            if (changes.Count > 0 || claimed == 0)
                return changes;
        }
    }

    private async Task<(IReadOnlyList<Change> Changes, int Claimed)> ClaimOnceAsync(
        NpgsqlConnection connection, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken)
    {
        object names = tables.ToArray();
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        var finished = await FinishIgnoredAsync(connection, transaction, names, limit, cancellationToken);

        // All of them first: the claim looks for deletes among what is left of their state, and would read the rest each time.
        if (finished >= limit)
        {
            await transaction.CommitAsync(cancellationToken);
            return ([], finished);
        }

        IReadOnlyList<Change> changes;
        await using (var claim = Command(connection, "claim_changes.sql", names, limit))
        {
            changes = await ChangeRows.ReadAsync(claim, cancellationToken);
        }

        var claimed = changes.Count;
        if (TakesFailedInsertsAlong)
            changes = await ClaimFailedAsync(connection, changes, cancellationToken);
        changes = await ResolveAsync(connection, changes, isFirstClaim: true, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (changes, claimed);
    }

    private async Task<IReadOnlyList<Change>> ClaimFailedAsync(
        NpgsqlConnection connection, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        var all = changes.ToList();
        foreach (var table in changes.Where(change => change is { Sfid: null, Action: ChangeAction.Update })
            .GroupBy(change => change.Table, change => change.RecordId, StringComparer.Ordinal))
        {
            await using var command = Command(connection, "claim_failed.sql", table.Key, table.Distinct().ToArray());
            all.AddRange(await ChangeRows.ReadAsync(command, cancellationToken));
        }

        return all;
    }

    /// <summary>
    /// An update that changed nothing made its row PENDING, and no answer of the org will ever end that. The rows are locked first, so
    /// that a statement of its own sees whether a change came between.
    /// </summary>
    private async Task<int> FinishIgnoredAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, object tables, int limit, CancellationToken cancellationToken)
    {
        var finished = new List<(string Table, int RecordId)>();
        await using (var command = Command(connection, "finish_ignored.sql", tables, limit))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                finished.Add((reader.GetString(0), reader.GetInt32(1)));
        }

        foreach (var table in finished.GroupBy(entry => entry.Table, entry => entry.RecordId, StringComparer.Ordinal))
        {
            object ids = table.Distinct().ToArray();
            await RunAsync("lock_rows.sql", table.Key, ids, Array.Empty<string>());
            await RunAsync("settle_ignored_rows.sql", table.Key, ids, table.Key);
        }

        return finished.Count;

        async Task RunAsync(string file, string table, params object[] values)
        {
            await using var command = new NpgsqlCommand(SqlText.ForTable($"ChangeLog/{file}", schema, table), connection, transaction);
            command.Parameters.AddValues(values);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>
    /// What is PENDING, in the order of capture: after a crash, the changes of which nobody knows whether they were sent.
    /// </summary>
    public async Task<IReadOnlyList<Change>> ReadPendingAsync(
        NpgsqlConnection connection, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tables);
        object names = tables.ToArray();
        await using var command = Command(connection, "read_pending.sql", names);
        var changes = await ChangeRows.ReadAsync(command, cancellationToken);
        return await ResolveAsync(connection, changes, isFirstClaim: false, cancellationToken);
    }

    /// <summary>Those of the entries that are still PENDING, in the order of capture.</summary>
    public async Task<IReadOnlyList<Change>> ReadClaimedAsync(
        NpgsqlConnection connection, IReadOnlyList<ChangeId> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        await using var command = Command(connection, "read_claimed.sql", changes.Select(change => change.Value).ToArray());
        var claimed = await ChangeRows.ReadAsync(command, cancellationToken);
        return await ResolveAsync(connection, claimed, isFirstClaim: false, cancellationToken);
    }

    /// <summary>
    /// Writes log entries and rows in the caller's transaction, which <see cref="SyncSession"/> began. Where the row of an inserted
    /// record is gone, a DELETE entry is added, so that the record goes too.
    /// </summary>
    public Task SettleAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyList<Settlement> settlements,
        CancellationToken cancellationToken) =>
        new SettleBatch(schema, settlements).RunAsync(connection, transaction, cancellationToken);

    /// <summary>Turns PENDING entries into NEW ones again. Only for changes that certainly were not sent.</summary>
    public async Task ReleaseAsync(NpgsqlConnection connection, IReadOnlyList<ChangeId> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        await using var command = Command(connection, "release_changes.sql", changes.Select(change => change.Value).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Those of the Salesforce ids that settled inserts of the table's rows brought back.</summary>
    public async Task<IReadOnlySet<string>> FindInsertedAsync(
        NpgsqlConnection connection, string table, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sfids);
        await using var command = new NpgsqlCommand(SqlText.ForTable("ChangeLog/read_inserted_sfids.sql", schema, table), connection);
        command.Parameters.AddValues([table, sfids.ToArray()]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var inserted = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            inserted.Add(reader.GetString(0));
        }

        return inserted;
    }

    /// <summary>The database's clock, by which changes are claimed.</summary>
    public async Task<DateTimeOffset> ReadClockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "read_clock.sql");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    /// <summary>What Salesforce refused since then, the newest first.</summary>
    /// <param name="table">Null for all tables.</param>
    public async Task<IReadOnlyList<WriteError>> ListErrorsAsync(
        NpgsqlConnection connection, string? table, DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "list_errors.sql", since.UtcDateTime);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = table });
        command.Parameters.AddValues(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var errors = new List<WriteError>();
        while (await reader.ReadAsync(cancellationToken))
        {
            errors.Add(new WriteError(
                reader.GetInt32(0),
                reader.GetTextOrNull(1) ?? "",
                await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetInt32(2),
                reader.GetTextOrNull(3),
                reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return errors;
    }

    /// <summary>By table name; a table with nothing queued and nothing failed is absent.</summary>
    public async Task<IReadOnlyDictionary<string, QueueCount>> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "count_changes.sql");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, QueueCount>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(reader.GetString(0), new QueueCount(reader.GetInt64(1), reader.GetInt64(2)));
        }

        return counts;
    }

    private async Task<IReadOnlyList<Change>> ResolveAsync(
        NpgsqlConnection connection, IReadOnlyList<Change> changes, bool isFirstClaim, CancellationToken cancellationToken)
    {
        var resolved = new List<Change>(changes.Count);
        foreach (var group in changes.GroupBy(change => change.Table, StringComparer.Ordinal))
        {
            resolved.AddRange(await ResolveTableAsync(connection, group.Key, [.. group], isFirstClaim, cancellationToken));
        }

        resolved.Sort((a, b) => a.Id.Value.CompareTo(b.Id.Value));
        return resolved;
    }

    private async Task<IReadOnlyList<Change>> ResolveTableAsync(
        NpgsqlConnection connection, string table, List<Change> changes, bool isFirstClaim, CancellationToken cancellationToken)
    {
        var asked = changes.Where(change => change.Sfid is null || change.Action is ChangeAction.Insert)
            .Select(change => change.RecordId).Distinct().ToArray();
        if (asked.Length == 0)
        {
            return changes;
        }

        var sfids = await ReadSfidsAsync(
            SqlText.ForTable("ChangeLog/read_rows.sql", schema, table), connection, cancellationToken, asked);
        if (isFirstClaim)
            await FinishVanishedAsync(connection, table, changes, sfids.Keys, cancellationToken);
        await FinishNeedlessAsync(connection, table, changes, sfids.Keys, cancellationToken);

        // Nobody knows the id of a record whose insert is about to be sent, or waits before its delete.
        var inserted = isFirstClaim ? changes.Where(IsInsert).Select(change => change.RecordId).ToHashSet() : [];
        var unknown = changes
            .Where(change => change is { Sfid: null, Action: not ChangeAction.Delete } && !sfids.ContainsKey(change.RecordId))
            .Select(change => change.RecordId).Distinct().Where(id => !inserted.Contains(id)).ToArray();
        if (unknown.Length > 0)
        {
            var told = await ReadSfidsAsync(
                SqlText.InSchema("ChangeLog/read_told_sfids.sql", schema), connection, cancellationToken, table, unknown);
            foreach (var (id, sfid) in told)
            {
                sfids[id] = sfid;
            }
        }

        changes = changes.ConvertAll(change =>
            change.Sfid is null ? change with { Sfid = sfids.GetValueOrDefault(change.RecordId) } : change);
        return await MarkFailedAsync(connection, table, changes, cancellationToken);
    }

    /// <summary>
    /// What was inserted and deleted again needs no call. But a row that named it by a key in between is sent with that key, even if it
    /// has another parent by now; then the record is made, and deleted in its turn.
    /// </summary>
    private async Task FinishVanishedAsync(
        NpgsqlConnection connection,
        string table,
        List<Change> changes,
        IReadOnlyCollection<int> present,
        CancellationToken cancellationToken)
    {
        var vanished = changes.Where(change => IsInsert(change) && !present.Contains(change.RecordId))
            .Select(change => change.RecordId).ToHashSet();
        if (vanished.Count == 0)
            return;
        var keys = ParentKeysOf(table);
        vanished.ExceptWith(changes
            .Where(change => keys.Any(key => !string.IsNullOrWhiteSpace(change.Values.GetValueOrDefault(key))))
            .Select(change => change.RecordId));
        if (vanished.Count == 0)
            return;
        await using var command = Command(connection, "finish_vanished.sql", table, vanished.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
        changes.RemoveAll(change => vanished.Contains(change.RecordId) && change.Sfid is null);
    }

    /// <summary>
    /// A delete whose insert neither waits nor is under way has no record. A row that is there again with the local id of the deleted one
    /// takes over what the first insert makes.
    /// </summary>
    private async Task FinishNeedlessAsync(
        NpgsqlConnection connection,
        string table,
        List<Change> changes,
        IReadOnlyCollection<int> present,
        CancellationToken cancellationToken)
    {
        var deletes = changes.Where(change => change is { Sfid: null, Action: ChangeAction.Delete })
            .Select(change => change.Id.Value).ToArray();
        if (deletes.Length == 0)
            return;
        await using var command = Command(connection, "finish_needless.sql", table, deletes, present.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var finished = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
            finished.Add(reader.GetInt32(0));
        changes.RemoveAll(change => finished.Contains(change.Id.Value));
    }

    private static bool IsInsert(Change change) => change.Action is ChangeAction.Insert;

    private async Task<IReadOnlyList<Change>> MarkFailedAsync(
        NpgsqlConnection connection, string table, List<Change> changes, CancellationToken cancellationToken)
    {
        var unknown = changes.Where(change => change is { Sfid: null, Action: ChangeAction.Update })
            .Select(change => change.RecordId).Distinct().ToArray();
        if (unknown.Length == 0)
            return changes;
        var failed = new HashSet<int>();
        await using var command = Command(connection, "read_failed_inserts.sql", table, unknown);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            failed.Add(reader.GetInt32(0));
        return changes.ConvertAll(change =>
            change.Sfid is null && change.Action is ChangeAction.Update && failed.Contains(change.RecordId)
                ? change with { HasFailedInsert = true }
                : change);
    }

    private static async Task<Dictionary<int, string?>> ReadSfidsAsync(
        string sql, NpgsqlConnection connection, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddValues(values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sfids = new Dictionary<int, string?>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sfids.Add(reader.GetInt32(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1));
        }

        return sfids;
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string file, params object[] values)
    {
        var command = new NpgsqlCommand(SqlText.InSchema($"ChangeLog/{file}", schema), connection);
        command.Parameters.AddValues(values);
        return command;
    }
}
