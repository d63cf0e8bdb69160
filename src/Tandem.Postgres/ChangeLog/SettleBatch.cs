using Npgsql;

namespace Tandem.Postgres.ChangeLog;

/// <summary>
/// The statements that write a list of settlements, sent as one batch: first the log, then each table with its rows locked in the
/// order in which merges lock them, so that the two never wait for each other in a circle.
/// </summary>
internal sealed class SettleBatch(string schema, IReadOnlyList<Settlement> settlements)
{
    public async Task RunAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (settlements.Count == 0)
        {
            return;
        }

        await using (var look = new NpgsqlCommand("show xmlbinary", connection, transaction))
        {
            if (await look.ExecuteScalarAsync(cancellationToken) is not ReservedNames.OwnSession)
            {
                throw SyncSession.NotBegun("Settling changes");
            }
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Command(
            SqlText.InSchema("ChangeLog/settle_changes.sql", schema),
            settlements.Select(settlement => settlement.Change.Value).ToArray(),
            settlements.Select(settlement => StateText(settlement.State)).ToArray(),
            settlements.Select(settlement => settlement.Sfid).ToArray(),
            settlements.Select(settlement => settlement.Message).ToArray(),
            settlements.Select(settlement => settlement.Result).ToArray()));
        foreach (var table in settlements.GroupBy(settlement => settlement.Table, StringComparer.Ordinal))
        {
            // Most often the merge does all that is to be done with the rows.
            if (!table.All(IsLeftToMerge))
                AddTable(batch, table.Key, [.. table.OrderBy(settlement => settlement.Change.Value)]);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private void AddTable(NpgsqlBatch batch, string table, IReadOnlyList<Settlement> ofTable)
    {
        var rows = ofTable
            .Where(settlement => settlement.Action is not ChangeAction.Delete
                && settlement.State is SettledState.Success or SettledState.Failed)
            .GroupBy(settlement => settlement.RecordId)
            .Where(group => !group.All(IsLeftToMerge))
            .Select(group => (
                Id: group.Key,
                Sfid: group.Where(IsSuccess).Select(settlement => settlement.Sfid).LastOrDefault(sfid => sfid is not null),
                Last: group.Last()))
            .ToList();
        if (rows.Count == 0)
        {
            return;
        }

        var inserted = ofTable
            .Where(settlement => settlement.Action is ChangeAction.Insert && IsSuccess(settlement) && settlement.Sfid is not null)
            .ToList();
        var ids = rows.Select(row => row.Id).ToArray();
        var statuses = rows.Select(row => StatusOf(row.Last)).ToArray();
        var insertedIds = inserted.Select(settlement => settlement.RecordId).ToArray();
        var insertedSfids = inserted.Select(settlement => settlement.Sfid).ToArray();
        Add(batch, "lock_rows.sql", table, ids, insertedSfids);
        if (inserted.Count > 0)
        {
            Add(batch, "remove_twins.sql", table, insertedIds, insertedSfids, table);
        }

        Add(batch, "clear_status.sql", table, ids, statuses);
        Add(
            batch,
            "settle_rows.sql",
            table,
            ids,
            rows.Select(row => row.Sfid).ToArray(),
            statuses,
            rows.Select(row => row.Last.State is SettledState.Failed ? row.Last.ErrorJson : null).ToArray());
        if (inserted.Count > 0)
        {
            Add(batch, "delete_vanished.sql", table, table, insertedIds, insertedSfids);
        }
    }

    private void Add(NpgsqlBatch batch, string file, string table, params object[] values) =>
        batch.BatchCommands.Add(Command(SqlText.ForTable($"ChangeLog/{file}", schema, table), values));

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddValues(values);

        return command;
    }

    private static bool IsLeftToMerge(Settlement settlement) =>
        settlement is { IsMerged: true, Action: ChangeAction.Update, State: SettledState.Success };

    private static bool IsSuccess(Settlement settlement) => settlement.State is SettledState.Success;

    private static string StatusOf(Settlement settlement) => settlement switch
    {
        { State: SettledState.Failed } => "FAILED",
        { Action: ChangeAction.Insert } => "INSERTED",
        _ => "UPDATED",
    };

    private static string StateText(SettledState state) => state switch
    {
        SettledState.Success => "SUCCESS",
        SettledState.Failed => "FAILED",
        SettledState.Ignored => "IGNORED",
        SettledState.Merged => "MERGED",
        _ => throw new InvalidOperationException($"There is no settled state {state}."),
    };
}
