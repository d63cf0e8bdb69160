using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Reads what changed in the org since the cursor, and a little before it, in the order (SystemModstamp, Id), and merges it page by
/// page; each page commits with its cursor. Deleted records come along where the object has a recycle bin. Reading a page twice is
/// harmless: a row that is already as it should be is not written. Source: architecture.md, promise 1; salesforce-api.md, section 10.
/// </summary>
public sealed partial class Poll(
    SalesforceClient salesforce, ProgressTable progressTable, ReadErrors readErrors, SyncOptions options, ILogger<Poll> logger)
    : IPullPass
{
    public bool IsDue(MappedObject mapped, Progress progress) => true;

    /// <summary>Reads everything that is new.</summary>
    public async Task<PassOutcome> RunAsync(PullTurn turn, CancellationToken cancellationToken)
    {
        var (mapped, connection, gate, progress) = (turn.Mapped, turn.Connection, turn.Gate, turn.Progress);
        long read;
        using (await gate.EnterAsync(cancellationToken))
            read = gate.BeginRead();

        var changed = 0;
        var pages = salesforce.Soql.QueryAsync(BuildQuery(mapped, progress), mapped.HasRecycleBin, cancellationToken);
        await foreach (var page in pages)
        {
            using (page)
            using (await gate.EnterAsync(cancellationToken))
            {
                var (next, count) = await MergePageAsync(mapped, connection, gate, read, page, progress, cancellationToken);
                progress = next;
                changed += count;
            }
        }

        if (changed > 0)
            LogPolled(mapped.Name, changed);
        return new PassOutcome(progress, changed);
    }

    private string BuildQuery(MappedObject mapped, Progress progress)
    {
        var since = progress.CursorStamp is { } cursor
            ? $"{mapped.CursorField} >= {SoqlText.DateTime(new DateTimeOffset(cursor - options.PollOverlap, TimeSpan.Zero))}"
            : null;
        return $"{mapped.Select(since)} ORDER BY {mapped.CursorField}, Id";
    }

    private async Task<(Progress Progress, int Changed)> MergePageAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        MappingGate gate,
        long read,
        QueryPage page,
        Progress progress,
        CancellationToken cancellationToken)
    {
        using var rows = new CopyRows();
        var encoder = new RowEncoder(mapped);
        var deleted = new List<string>();
        var newest = progress.CursorStamp;
        foreach (var record in page.Records)
        {
            var stamp = record.GetProperty(mapped.CursorField).GetString() is { } text ? SalesforceTime.Parse(text) : newest;
            newest = newest is null || stamp > newest ? stamp : newest;
            var sfid = record.GetProperty("Id").GetString() ?? "";
            if (IsDeleted(record))
                deleted.Add(sfid);
            else if (!gate.WasPushedSince(sfid, read))
                encoder.Encode(record, rows);
        }

        if (rows.RowCount == 0 && deleted.Count == 0 && encoder.Held.Count == 0)
            return (progress with { CursorStamp = newest }, 0);

        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        var changed = 0;
        // Deletes go first: a record that was deleted and made anew brings the same unique identifier again.
        if (deleted.Count > 0)
            changed += await mapped.Merger.DeleteAsync(connection, transaction, deleted, cancellationToken);
        if (rows.RowCount > 0)
        {
            var result = await mapped.Merger.MergeAsync(connection, transaction, mapped.Columns, rows, cancellationToken);
            changed += result.Inserted + result.Updated;
        }

        await readErrors.SaveAsync(connection, mapped.Name, encoder.Held, cancellationToken);
        if (newest != progress.CursorStamp)
        {
            progress = progress with { CursorStamp = newest };
            await progressTable.SaveAsync(connection, progress, cancellationToken);
        }

        Failpoints.Reach("poll.page.merged");
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("poll.page.committed");
        return (progress, changed);
    }

    private static bool IsDeleted(JsonElement record) =>
        record.TryGetProperty("IsDeleted", out var isDeleted) && isDeleted.ValueKind == JsonValueKind.True;

    [LoggerMessage(LogLevel.Information, "Polled {ObjectName}: {Changed} rows changed")]
    private partial void LogPolled(string objectName, int changed);
}
