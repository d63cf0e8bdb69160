using System.Runtime.CompilerServices;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Pull.Load;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Reads an object's records for a refresh: by the pages of a Bulk query job, or for small objects by REST in the order of the ids.
/// Batches bound the memory; a batch that ends a page says where the next one begins.
/// </summary>
internal sealed class RefreshRead(SalesforceClient salesforce, MappedObject mapped, SyncOptions options)
{
    public IAsyncEnumerable<RefreshBatch> ReadAsync(string? jobId, string? place, CancellationToken cancellationToken) =>
        jobId is null ? ReadByKeyAsync(place, cancellationToken) : ReadPagesAsync(jobId, place, cancellationToken);

    private async IAsyncEnumerable<RefreshBatch> ReadByKeyAsync(string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = mapped.Select(after is null ? null : $"Id > {SoqlText.Literal(after)}") + " ORDER BY Id";
        var encoder = new RowEncoder(mapped);
        using var rows = new CopyRows();
        await foreach (var page in salesforce.Soql.QueryAsync(query, includeDeleted: false, cancellationToken))
        {
            using (page)
            {
                var sfids = new List<string>();
                foreach (var record in page.Records)
                {
                    sfids.Add(record.GetProperty("Id").GetString() ?? "");
                    encoder.Encode(record, rows);
                }

                yield return new RefreshBatch(rows, sfids, encoder.TakeHeld(), sfids.LastOrDefault() ?? after, EndsPage: true, page.IsLast);
                rows.Clear();
            }
        }
    }

    private async IAsyncEnumerable<RefreshBatch> ReadPagesAsync(
        string jobId, string? locator, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var rows = new CopyRows();
        do
        {
            await using var page = await salesforce.BulkQuery.OpenResultsAsync(
                jobId, locator, options.LoadPageRecords, cancellationToken);
            using var source = await PageRows.OpenAsync(mapped, page, cancellationToken);
            locator = page.NextLocator;
            bool hasMore;
            do
            {
                var sfids = new List<string>();
                hasMore = await source.FillAsync(rows, PageSlots.MergeBytes, options.MergeRows, Note, cancellationToken);
                yield return new RefreshBatch(
                    rows, sfids, source.TakeHeld(), hasMore ? null : locator, EndsPage: !hasMore, IsLast: !hasMore && locator is null);
                rows.Clear();

                bool Note(string sfid)
                {
                    sfids.Add(sfid);
                    return true;
                }
            }
            while (hasMore);
        }
        while (locator is not null);
    }
}
