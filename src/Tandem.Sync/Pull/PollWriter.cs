using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Tables;
using Tandem.Sync.Faults;
using Tandem.Sync.Schema;
using Tandem.Sync.Telemetry;

namespace Tandem.Sync.Pull;

/// <summary>
/// Applies a <see cref="PollBatch"/> in one transaction, inside the mapping's gate: deletes, merge, and the progress that goes with them.
/// Doing it twice is harmless: what is as it should be is not written. A record among those an earlier poll could have seen that is new to
/// the table was committed late; how late goes into the marks.
/// </summary>
internal sealed class PollWriter(ProgressTable progressTable, PollOptions options)
{
    /// <param name="read">The moment of the reading, from the gate.</param>
    public Task<PassOutcome> ApplyAsync(
        PullTurn turn, Progress progress, long read, PollBatch batch, CancellationToken cancellationToken) => SyncTelemetry.TraceAsync(
        SyncTelemetry.MergeSpan, turn.Mapped, () => WriteAsync(turn, progress, read, batch, cancellationToken));

    private async Task<PassOutcome> WriteAsync(
        PullTurn turn, Progress progress, long read, PollBatch batch, CancellationToken cancellationToken)
    {
        var (mapped, gate) = (turn.Mapped, turn.Gate);
        using var passage = await turn.EnterGateAsync(cancellationToken);
        var connection = await turn.ConnectAsync(cancellationToken);
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        var changed = 0;

        // Deletes go first: a record that was deleted and made anew brings the same unique identifier again.
        if (batch.Deleted.Count > 0)
            changed += await mapped.Merger.DeleteAsync(connection, transaction, batch.Deleted, cancellationToken);
        Failpoints.Reach("poll.deleted");
        var next = batch.Advance(progress);
        if (batch.Rows.RowCount > 0)
        {
            var late = await FindLateAsync(mapped, connection, batch.Reread, cancellationToken);
            List<string> pushed = [.. batch.Sfids.Where(sfid => gate.WasPushedSince(sfid, read))];
            var result = await mapped.Merger.MergeAsync(
                connection, transaction, mapped.Columns, batch.Rows, pushed, cancellationToken);
            changed += result.Inserted + result.Updated;
            next = await NoteLagAsync(mapped, connection, progress, next, late, cancellationToken);
        }

        await new ReadErrors(mapped.Table.Schema).SaveAsync(connection, mapped.Name, batch.Held, cancellationToken);
        Failpoints.Reach("poll.merged");
        await SaveAsync(turn, progress, next, hasChanged: changed > 0, cancellationToken);
        Failpoints.Reach("poll.saved");
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("poll.committed");
        return new PassOutcome(next, changed);
    }

    /// <summary>Writes what has moved. When nothing has but the time up to which the poll saw, nothing is written.</summary>
    public async Task SaveAsync(
        PullTurn turn, Progress before, Progress after, bool hasChanged, CancellationToken cancellationToken)
    {
        var isMoved = before with { Poll = null } != after with { Poll = null };
        if (isMoved)
            await progressTable.SaveAsync(await turn.ConnectAsync(cancellationToken), after, cancellationToken);
        if (after.Poll is { } marks && (hasChanged || isMoved || before.Poll != marks with { SeenTo = before.Poll?.SeenTo }))
            await progressTable.Marks.SaveAsync(await turn.ConnectAsync(cancellationToken), after.ObjectName, marks, cancellationToken);
    }

    private static async Task<IReadOnlyDictionary<string, DateTime>> FindLateAsync(
        MappedObject mapped, NpgsqlConnection connection, Dictionary<string, DateTime> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0 || StampColumn(mapped) is not { } column)
            return new Dictionary<string, DateTime>(StringComparer.Ordinal);
        var behind = await new TableReader(mapped.Table).FindBehindAsync(
            connection, column, records, includesMissing: true, cancellationToken);
        return behind.ToDictionary(sfid => sfid, sfid => records[sfid], StringComparer.Ordinal);
    }

    /// <summary>Counts only what the merge took in: a record that is held back would seem late at each poll.</summary>
    private async Task<Progress> NoteLagAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        Progress before,
        Progress after,
        IReadOnlyDictionary<string, DateTime> late,
        CancellationToken cancellationToken)
    {
        if (late.Count == 0 || before.Poll?.SeenTo is not { } seenTo || after.Poll is not { } marks)
            return after;
        var still = await FindLateAsync(
            mapped, connection, new Dictionary<string, DateTime>(late, StringComparer.Ordinal), cancellationToken);
        var arrived = late.Where(record => !still.ContainsKey(record.Key)).Select(record => record.Value).ToList();
        return arrived.Count == 0
            ? after
            : after with { Poll = CommitLag.Note(marks, seenTo - arrived.Min(), seenTo, options) };
    }

    private static string? StampColumn(MappedObject mapped) =>
        mapped.Fields.FirstOrDefault(field => field.Description.Name == mapped.CursorField)?.Column.Name;
}
