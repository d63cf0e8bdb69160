using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull.Load;

/// <summary>
/// Merges every row of one query job into a table that is in use, and not pushed from yet: page by page, each in one transaction together
/// with what the caller notes of it. Readers see the table full all the time; rows with queued changes keep them. What the job does not
/// bring stays: the caller is told every id that came, and so knows which did not. Merging a page twice changes nothing.
/// </summary>
public sealed class MergeLoad(SalesforceClient salesforce, PageSlots slots, SyncOptions options)
{
    /// <returns>The rows that came.</returns>
    public async Task<long> RunAsync(
        MappedObject mapped, NpgsqlConnection connection, MergeRequest request, CancellationToken cancellationToken)
    {
        var total = 0L;
        var locator = request.Locator;
        do
        {
            using var slot = await slots.EnterAsync(cancellationToken);
            await using var page = await salesforce.BulkQuery.OpenResultsAsync(
                request.JobId, locator, options.LoadPageRecords, cancellationToken);
            total += await MergePageAsync(mapped, connection, request, page, cancellationToken);
            Failpoints.Reach("load.merge.committed");
            locator = page.NextLocator;
        }
        while (locator is not null);

        return total;
    }

    private async Task<long> MergePageAsync(
        MappedObject mapped, NpgsqlConnection connection, MergeRequest request, BulkResultPage page, CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        using var source = await PageRows.OpenAsync(mapped, page, cancellationToken);
        using var rows = new CopyRows();
        var sfids = new List<string>();
        bool hasMore;
        do
        {
            hasMore = await source.FillAsync(rows, PageSlots.MergeBytes, options.MergeRows, Note, cancellationToken);
            var result = await mapped.Merger.MergeAsync(connection, transaction, mapped.Columns, rows, cancellationToken);
            var step = new MergeStep
            {
                Connection = connection,
                Sfids = [.. sfids],
                Changed = result.Inserted + result.Updated,
                EndsPage = !hasMore,
                NextLocator = hasMore ? null : page.NextLocator,
            };
            await request.Note(step, cancellationToken);
            rows.Clear();
            sfids.Clear();
        }
        while (hasMore);

        await new ReadErrors(mapped.Table.Schema).SaveAsync(connection, mapped.Name, source.Held, cancellationToken);
        Failpoints.Reach("load.merge.noted");
        await transaction.CommitAsync(cancellationToken);
        return source.Count;

        bool Note(string sfid)
        {
            sfids.Add(sfid);
            return true;
        }
    }
}
