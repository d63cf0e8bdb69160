using System.Runtime.CompilerServices;
using System.Text;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Salesforce.Soql;
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
        while (true)
        {
            await using var page = await salesforce.BulkQuery.OpenResultsAsync(
                jobId, locator, options.LoadPageRecords, cancellationToken);
            var encoder = new RowEncoder(mapped);
            using var csv = new CsvReader(page.Content);
            var sfids = new List<string>();
            var isHeaderRead = false;
            while (await csv.FillAsync(cancellationToken))
            {
                while (csv.TryReadRow())
                {
                    if (!isHeaderRead)
                    {
                        encoder.CheckHeader(csv);
                        isHeaderRead = true;
                        continue;
                    }

                    sfids.Add(Encoding.ASCII.GetString(csv.Field(csv.FieldCount - 1)));
                    encoder.Encode(csv, rows);
                    if (rows.RowCount < options.MergeRows)
                        continue;
                    yield return new RefreshBatch(rows, sfids, encoder.TakeHeld(), NextPlace: null, EndsPage: false, IsLast: false);
                    rows.Clear();
                    sfids = [];
                }
            }

            if (!isHeaderRead)
                throw new FormatException("A Bulk result page has no header line.");
            yield return new RefreshBatch(rows, sfids, encoder.TakeHeld(), page.NextLocator, EndsPage: true, page.NextLocator is null);
            rows.Clear();
            if (page.NextLocator is not { } next)
                yield break;
            locator = next;
        }
    }
}
