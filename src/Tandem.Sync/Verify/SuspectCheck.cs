using System.Text.Json;
using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>
/// Looks at suspect rows one by one, inside the mapping's gate, where no push and no poll writes them. A difference counts only if it
/// stands there and the next poll would not bring it: its record's stamp lies behind what the poll reads again. Rows with a local
/// change that waits or was refused, or with a value that does not fit, are left alone. Looking twice is harmless.
/// </summary>
internal sealed class SuspectCheck(
    SalesforceClient salesforce, ProgressTable progressTable, SyncOptions options, TimeProvider timeProvider)
{
    /// <summary>Ids of one look: as many as a query's address holds beside a usual select list.</summary>
    public const int MostIds = 200;

    private static readonly TimeSpan ShortestLog = TimeSpan.FromMinutes(2);

    public async Task RunAsync(
        LiveMapping mapping,
        NpgsqlConnection connection,
        IReadOnlyList<string> sfids,
        VerifyTally tally,
        CancellationToken cancellationToken)
    {
        var mapped = mapping.Mapped;
        using (await mapping.Gate.EnterAsync(cancellationToken))
        {
            var progress = await progressTable.ReadAsync(connection, mapped.Name, cancellationToken);
            if (progress.CursorStamp is not { } cursor)
                return;
            using var records = await OrgRecords.ReadAsync(salesforce, mapped, sfids, cancellationToken);
            var sample = new TableSample(mapped.Table, mapped.Columns);
            var rows = await sample.ReadAsync(connection, sfids, cancellationToken);
            var pollsFrom = cursor - options.Poll.LongestOverlap;
            var findings = await FindInOrgAsync(mapped, connection, records, rows, pollsFrom, tally, cancellationToken);
            findings.AddRange(await FindSurplusAsync(mapped, sfids, records, rows, progress, pollsFrom, tally, cancellationToken));
            if (findings.Count == 0)
                return;
            if (tally.Report.Repairs)
            {
                findings = await new Repair(mapped).RunAsync(connection, findings, tally, cancellationToken);
                mapping.NoteChange(timeProvider.GetUtcNow());
            }

            foreach (var finding in findings)
                tally.Note(finding.Difference);
        }
    }

    private static async Task<List<Finding>> FindInOrgAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        OrgRecords records,
        Dictionary<string, SampledRow> rows,
        DateTime pollsFrom,
        VerifyTally tally,
        CancellationToken cancellationToken)
    {
        var missing = records.ById.Keys.Where(sfid => !rows.ContainsKey(sfid)).ToList();
        var queuedDeletes = missing.Count == 0
            ? []
            : await new TableSample(mapped.Table, []).FindQueuedDeletesAsync(connection, missing, cancellationToken);
        var readErrors = await new ReadErrors(mapped.Table.Schema).FindAsync(
            connection, mapped.Name, [.. records.ById.Keys], cancellationToken);
        var names = mapped.Fields.Select(field => field.Description.Name).ToList();
        var stampColumn = mapped.CursorColumn();
        var stampAt = mapped.Columns.ToList().IndexOf(stampColumn);
        var findings = new List<Finding>();
        foreach (var (sfid, record) in records.ById)
        {
            var row = rows.GetValueOrDefault(sfid);
            var columns = row is null
                ? []
                : ValueCheck.FindDifferent(mapped, row.Values, [.. names.Select(name => ValueCheck.Read(record, name))]);
            var stamp = OrgRecords.StampOf(mapped, record);
            if ((row is not null && columns.Count == 0) || stamp >= pollsFrom)
                continue;
            if (row?.IsQueued == true || queuedDeletes.Contains(sfid))
                tally.NoteHeld(sfid, HoldReason.Queue);
            else if (row?.WasRefused == true)
                tally.NoteHeld(sfid, HoldReason.WriteError);
            else if (readErrors.Contains(sfid))
                tally.NoteHeld(sfid, HoldReason.ReadError);
            else
                findings.Add(ToFinding(sfid, record, columns, row is null, columns.Contains(stampColumn), row?.Values[stampAt], stamp));
        }

        return findings;
    }

    private static Finding ToFinding(
        string sfid, JsonElement record, List<string> columns, bool isMissing, bool isStale, object? rowStamp, DateTime? stamp) => new()
    {
        Difference = new Difference
        {
            Sfid = sfid,
            Kind = isMissing ? DifferenceKind.Missing : isStale ? DifferenceKind.Stale : DifferenceKind.Value,
            Columns = columns,
            WasPassedByPoll = isMissing || isStale,
        },
        Record = record,
        IsRowLater = rowStamp is DateTime moment && moment.Ticks > stamp?.Ticks,
    };

    private async Task<List<Finding>> FindSurplusAsync(
        MappedObject mapped,
        IReadOnlyList<string> sfids,
        OrgRecords records,
        Dictionary<string, SampledRow> rows,
        Progress progress,
        DateTime pollsFrom,
        VerifyTally tally,
        CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var surplus = sfids.Where(sfid => rows.ContainsKey(sfid) && !records.ById.ContainsKey(sfid)).ToList();
        if (surplus.Count == 0)
            return findings;

        using var traces = await OrgRecords.ReadTracesAsync(salesforce, mapped, surplus, cancellationToken);
        var isTraceless = surplus.Exists(sfid => !traces.ById.ContainsKey(sfid));
        var awaited = isTraceless ? await ReadAwaitedDeletesAsync(mapped, progress, cancellationToken) : [];
        foreach (var sfid in surplus)
        {
            var isTraced = traces.ById.TryGetValue(sfid, out var trace);
            if (isTraced ? OrgRecords.StampOf(mapped, trace) >= pollsFrom : awaited.Contains(sfid))
                continue;
            if (rows[sfid].IsQueued)
                tally.NoteHeld(sfid, HoldReason.Queue);
            else if (rows[sfid].WasRefused)
                tally.NoteHeld(sfid, HoldReason.WriteError);
            else
            {
                var difference = new Difference { Sfid = sfid, Kind = DifferenceKind.Surplus, WasPassedByPoll = isTraced };
                findings.Add(new Finding { Difference = difference, Record = null });
            }
        }

        return findings;
    }

    /// <summary>The deletes that the next pass over the org's delete log will bring. Source: salesforce-api.md, section 2.7.</summary>
    private async Task<HashSet<string>> ReadAwaitedDeletesAsync(
        MappedObject mapped, Progress progress, CancellationToken cancellationToken)
    {
        if (!mapped.Description.IsReplicateable || progress.DeletesCoveredTo is not { } covered)
            return [];
        var end = timeProvider.GetUtcNow();
        var start = new DateTimeOffset(covered, TimeSpan.Zero);
        if (end - start < ShortestLog)
            end = start + ShortestLog;
        if (end - start > TimeSpan.FromDays(14))
            return [];
        var log = await salesforce.Records.GetDeletedAsync(mapped.Name, start, end, cancellationToken);
        return [.. log.Records.Where(record => record.DeletedDate >= start).Select(record => record.Id.Value)];
    }
}
