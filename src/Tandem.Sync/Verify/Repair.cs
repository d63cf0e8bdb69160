using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Verify;

/// <summary>
/// Puts differing rows right, by the merge that polls use and in one transaction; called inside the mapping's gate with records that
/// were read there. What a repair did not change, because a user was quicker or a constraint stands against it, stays a difference.
/// Doing it twice is harmless.
/// </summary>
internal sealed class Repair(MappedObject mapped)
{
    private const string IntegrityViolations = "23";

    /// <returns>The findings without those whose values do not fit; those that are put right say so.</returns>
    public async Task<List<Finding>> RunAsync(
        NpgsqlConnection connection, List<Finding> findings, VerifyTally tally, CancellationToken cancellationToken)
    {
        IReadOnlyList<HeldRow> held;
        try
        {
            held = await WriteAsync(connection, findings, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState.StartsWith(IntegrityViolations, StringComparison.Ordinal))
        {
            var remark = $"{mapped.Name}: some rows could not be repaired, for the constraint {exception.ConstraintName} of the table "
                + $"{exception.TableName} stands against it.";
            tally.Change(report => report with { Remark = remark });
            return findings;
        }

        Failpoints.Reach("verify.repair.committed");
        foreach (var row in held)
            tally.NoteHeld(row.Sfid, HoldReason.ReadError);
        var misfits = held.Select(row => row.Sfid).ToHashSet(StringComparer.Ordinal);
        findings = findings.FindAll(finding => !misfits.Contains(finding.Difference.Sfid));
        var sfids = findings.ConvertAll(finding => finding.Difference.Sfid);
        var rows = await new TableSample(mapped.Table, mapped.Columns).ReadAsync(connection, sfids, cancellationToken);
        return findings.ConvertAll(finding => finding with
        {
            Difference = finding.Difference with { IsRepaired = IsRight(finding, rows.GetValueOrDefault(finding.Difference.Sfid)) },
        });
    }

    /// <returns>The values that do not fit; their rows were left as they are.</returns>
    private async Task<IReadOnlyList<HeldRow>> WriteAsync(
        NpgsqlConnection connection, List<Finding> findings, CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        var surplus = findings.Where(finding => finding.Record is null).Select(finding => finding.Difference.Sfid).ToList();
        if (surplus.Count > 0)
            await mapped.Merger.DeleteAsync(connection, transaction, surplus, cancellationToken);

        var later = findings.Where(finding => finding.IsRowLater).Select(finding => finding.Difference.Sfid).ToList();
        if (later.Count > 0 && mapped.CursorColumn() == ReservedNames.SystemModstamp)
            await new TableSample(mapped.Table, []).ForgetStampsAsync(connection, transaction, later, cancellationToken);

        using var rows = new CopyRows();
        var encoder = new RowEncoder(mapped);
        foreach (var finding in findings)
        {
            if (finding.Record is { } record)
                encoder.Encode(record, rows);
        }

        if (rows.RowCount > 0)
            await mapped.Merger.MergeAsync(connection, transaction, mapped.Columns, rows, cancellationToken);
        await new ReadErrors(mapped.Table.Schema).SaveAsync(connection, mapped.Name, encoder.Held, cancellationToken);
        Failpoints.Reach("verify.repair.written");
        await transaction.CommitAsync(cancellationToken);
        return encoder.Held;
    }

    private bool IsRight(Finding finding, SampledRow? row)
    {
        if (finding.Record is not { } record || row is null)
            return finding.Record is null && row is null;
        var values = mapped.Fields.Select(field => ValueCheck.Read(record, field.Description.Name)).ToArray();
        return ValueCheck.FindDifferent(mapped, row.Values, values).Count == 0;
    }
}
