using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Pull.Load;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Freshness;

/// <summary>
/// Reads derived columns and writes them, by REST in the order of the ids or, where there are many rows, by a Bulk job. Each page commits
/// with its place in the <see cref="FreshnessPart"/>, from where a run that was cut off goes on; reading a page twice is harmless.
/// </summary>
public sealed class RowRefresh(SalesforceClient salesforce, FreshnessTable table, SyncOptions options)
{
    /// <summary>Goes on until all rows that meet the condition are read.</summary>
    public async Task<(FreshnessPart Part, int Changed)> ReadAllAsync(
        PullTurn turn, FreshnessPlan plan, FreshnessPart part, string? condition, CancellationToken cancellationToken)
    {
        var changed = 0;
        if (part.JobId is null)
        {
            (part, changed, var areTooMany) = await ReadPagesAsync(turn, plan, part, condition, null, cancellationToken);
            if (!areTooMany)
                return (part, changed);
            (part, var isTaken) = await CreateJobAsync(turn, plan, part, condition, cancellationToken);
            if (!isTaken)
            {
                (part, changed, _) = await ReadPagesAsync(turn, plan, part, condition, int.MaxValue, cancellationToken);
                return (part, changed);
            }
        }

        return await ReadJobAsync(turn, plan, part, cancellationToken);
    }

    /// <summary>Reads the next few rows of all.</summary>
    public async Task<(FreshnessPart Part, int Changed)> ReadSliceAsync(
        PullTurn turn, FreshnessPlan plan, FreshnessPart part, CancellationToken cancellationToken)
    {
        (part, var changed, _) = await ReadPagesAsync(turn, plan, part, null, options.Freshness.SliceRows, cancellationToken);
        return (part, changed);
    }

    /// <param name="most">Rows at most; null leaves more than Bulk begins from unread.</param>
    private async Task<(FreshnessPart Part, int Changed, bool AreTooMany)> ReadPagesAsync(
        PullTurn turn, FreshnessPlan plan, FreshnessPart part, string? condition, int? most, CancellationToken cancellationToken)
    {
        var after = part.AfterId is { } id ? $"Id > {SoqlText.Literal(id)}" : null;
        var conditions = new[] { condition is null ? null : $"({condition})", after }.OfType<string>().ToList();
        var query = plan.Narrow.Select(conditions.Count == 0 ? null : string.Join(" AND ", conditions)) + " ORDER BY Id";
        if (most is { } limit and < int.MaxValue)
            query += $" LIMIT {limit}";
        var encoder = new RowEncoder(plan.Narrow);
        var changed = 0;
        await foreach (var page in salesforce.Soql.QueryAsync(query, includeDeleted: false, cancellationToken))
        {
            using (page)
            {
                if (most is null && page.TotalSize > options.Freshness.BulkFrom)
                    return (part, changed, true);
                using var rows = new CopyRows();
                foreach (var record in page.Records)
                    encoder.Encode(record, rows);
                if (page.Records.Count == 0)
                    continue;

                // Rows that were left out were read all the same: a slice that is full of them is not the end of the table.
                part = part with
                {
                    AfterId = page.Records[^1].GetProperty("Id").GetString(), RowsDone = part.RowsDone + page.Records.Count,
                };
                changed += await WriteAsync(turn, plan, part, rows, encoder.TakeHeld(), cancellationToken);
            }
        }

        return (part, changed, false);
    }

    /// <returns>False when Bulk does not serve the object.</returns>
    private async Task<(FreshnessPart Part, bool IsTaken)> CreateJobAsync(
        PullTurn turn, FreshnessPlan plan, FreshnessPart part, string? condition, CancellationToken cancellationToken)
    {
        try
        {
            var job = await salesforce.BulkQuery.CreateAsync(plan.Narrow.Select(condition), includeDeleted: false, cancellationToken);
            part = part with { JobId = job.Id, Locator = null };
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.InvalidEntity or SalesforceErrorCodes.ApiError)
        {
            return (part, false);
        }

        await table.SavePartAsync(await turn.ConnectAsync(cancellationToken), plan.Source.Name, part, cancellationToken);
        Failpoints.Reach("fresh.job.created");
        return (part, true);
    }

    private async Task<(FreshnessPart Part, int Changed)> ReadJobAsync(
        PullTurn turn, FreshnessPlan plan, FreshnessPart part, CancellationToken cancellationToken)
    {
        var jobId = part.JobId ?? throw new InvalidOperationException("No Bulk job was made.");
        var changed = 0;
        try
        {
            await turn.WaitApartAsync(token => salesforce.BulkQuery.WaitAsync(jobId, token), cancellationToken);
            var isLast = false;
            while (!isLast)
            {
                (part, var count, isLast) = await ReadResultAsync(turn, plan, part, jobId, cancellationToken);
                changed += count;
            }
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.BulkJobFailed
            or SalesforceErrorCodes.BulkJobAborted)
        {
            var connection = await turn.ConnectAsync(cancellationToken);
            await table.SavePartAsync(connection, plan.Source.Name, part with { JobId = null, Locator = null }, cancellationToken);
            throw new SalesforceException(
                SalesforceErrorCodes.InvalidJob,
                $"The Bulk query job {jobId} of {plan.Source.Name} gave no result; the refreshing begins anew.",
                exception);
        }

        await DeleteJobAsync(jobId, cancellationToken);
        return (part, changed);
    }

    /// <summary>The place of the next page is stored with the last rows of this one, but not behind the last page, where none is.</summary>
    private async Task<(FreshnessPart Part, int Changed, bool IsLast)> ReadResultAsync(
        PullTurn turn, FreshnessPlan plan, FreshnessPart part, string jobId, CancellationToken cancellationToken)
    {
        await using var page = await salesforce.BulkQuery.OpenResultsAsync(
            jobId, part.Locator, options.LoadPageRecords, cancellationToken);
        using var source = await PageRows.OpenAsync(plan.Narrow, page, cancellationToken);
        using var rows = new CopyRows();
        var changed = 0;
        while (await source.FillAsync(rows, PageSlots.MergeBytes, options.MergeRows, takes: null, cancellationToken))
        {
            changed += await WriteAsync(turn, plan, part, rows, source.TakeHeld(), cancellationToken);
            rows.Clear();
        }

        part = part with { Locator = page.NextLocator ?? part.Locator, RowsDone = part.RowsDone + source.Count };
        changed += await WriteAsync(turn, plan, part, rows, source.TakeHeld(), cancellationToken);
        return (part, changed, page.NextLocator is null);
    }

    private async Task<int> WriteAsync(
        PullTurn turn,
        FreshnessPlan plan,
        FreshnessPart part,
        CopyRows rows,
        IReadOnlyList<HeldRow> held,
        CancellationToken cancellationToken)
    {
        using (await turn.EnterGateAsync(cancellationToken))
        {
            var connection = await turn.ConnectAsync(cancellationToken);
            await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
            var changed = await plan.Refresher.RefreshAsync(connection, transaction, plan.Narrow.Columns, rows, cancellationToken);
            await new ReadErrors(plan.Source.Table.Schema).SaveAsync(connection, plan.Source.Name, held, cancellationToken);
            Failpoints.Reach("fresh.page.written");
            await table.SavePartAsync(connection, plan.Source.Name, part, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            Failpoints.Reach("fresh.page.committed");
            return changed;
        }
    }

    /// <summary>The results would go by themselves after seven days.</summary>
    private async Task DeleteJobAsync(string jobId, CancellationToken cancellationToken)
    {
        try
        {
            await salesforce.BulkQuery.DeleteAsync(jobId, cancellationToken);
        }
        catch (SalesforceException)
        {
            // What was read is written; a job that stays costs nothing.
        }
    }
}
