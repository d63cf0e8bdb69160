using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Salesforce.Soql;

namespace Tandem.Sync.Pull;

/// <summary>
/// Streams the ids, and stamps where asked for, of a query, one chunk in memory at a time: by REST, or by a Bulk query where there are
/// more than REST is good for and the object allows it.
/// </summary>
internal sealed class IdReader(SalesforceClient salesforce, PollOptions options)
{
    private const int BulkPageRecords = 250_000;
    private const int ChunkRows = 10_000;

    /// <param name="stampField">What the query selects after Id; null for Id alone.</param>
    /// <param name="first">Its first page, read already; it is disposed here.</param>
    public async IAsyncEnumerable<IReadOnlyList<StampedId>> ReadAsync(
        string soql,
        string? stampField,
        bool includeDeleted,
        QueryPage first,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (first.TotalSize > options.RestRows && await TryMakeJobAsync(soql, includeDeleted, cancellationToken) is { } job)
        {
            first.Dispose();
            IReadOnlyList<string> names = stampField is null ? ["Id"] : ["Id", stampField];
            await foreach (var chunk in ReadJobAsync(job, names, cancellationToken))
                yield return chunk;
            yield break;
        }

        await foreach (var page in salesforce.Soql.ContinueAsync(first, cancellationToken))
        {
            using (page)
                yield return [.. page.Records.Select(Read)];
        }
    }

    private static StampedId Read(JsonElement record)
    {
        var members = record.EnumerateObject().Where(member => member.Name != "attributes");
        var values = members.Select(member => member.Value.GetString()).ToList();
        return new StampedId(values[0] ?? "", values.Count > 1 && values[1] is { } stamp ? SalesforceTime.Parse(stamp) : null);
    }

    private async Task<BulkQueryJob?> TryMakeJobAsync(string soql, bool includeDeleted, CancellationToken cancellationToken)
    {
        try
        {
            return await salesforce.BulkQuery.CreateAsync(soql, includeDeleted, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code == SalesforceErrorCodes.InvalidEntity)
        {
            return null;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<StampedId>> ReadJobAsync(
        BulkQueryJob job, IReadOnlyList<string> names, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await salesforce.BulkQuery.WaitAsync(job.Id, cancellationToken);
        string? locator = null;
        do
        {
            await using var page = await salesforce.BulkQuery.OpenResultsAsync(job.Id, locator, BulkPageRecords, cancellationToken);
            using var rows = await ResultRows.OpenAsync(job.Object, names, page, cancellationToken);
            bool hasMore;
            do
            {
                var chunk = new List<StampedId>(ChunkRows);
                hasMore = await rows.ReadAsync(
                    csv =>
                    {
                        chunk.Add(Read(csv));
                        return chunk.Count < ChunkRows;
                    },
                    cancellationToken);
                yield return chunk;
            }
            while (hasMore);
            locator = page.NextLocator;
        }
        while (locator is not null);

        await salesforce.BulkQuery.DeleteAsync(job.Id, cancellationToken);
    }

    private static StampedId Read(CsvReader csv)
    {
        var id = Encoding.ASCII.GetString(csv.Field(0));
        return csv.FieldCount > 1 && csv.Field(1) is { Length: > 0 } stamp
            ? new StampedId(id, SalesforceTime.Parse(Encoding.ASCII.GetString(stamp)))
            : new StampedId(id, null);
    }
}
