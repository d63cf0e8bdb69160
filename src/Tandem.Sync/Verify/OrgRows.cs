using System.Runtime.CompilerServices;
using System.Text;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Pull;

namespace Tandem.Sync.Verify;

/// <summary>
/// Reads records as text, a batch at a time: by REST pages where they are few, by a Bulk job where they are many and the object lets it.
/// </summary>
internal sealed class OrgRows(SalesforceClient salesforce, VerifyOptions options)
{
    private const int BatchRows = 2_000;

    /// <param name="soql">Without ORDER BY, which would keep a Bulk job from working in parallel.</param>
    /// <param name="names">The fields of the query in its order; <c>Id</c> is the last.</param>
    public async IAsyncEnumerable<IReadOnlyList<OrgRow>> ReadAsync(
        string soql,
        IReadOnlyList<string> names,
        bool includeDeleted,
        long expectedRows,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var job = expectedRows > options.RestRows ? await TryCreateJobAsync(soql, includeDeleted, cancellationToken) : null;
        var batches = job is null
            ? ReadPagesAsync(soql, names, includeDeleted, cancellationToken)
            : ReadJobAsync(job, names, cancellationToken);
        await foreach (var batch in batches)
            yield return batch;
    }

    public async IAsyncEnumerable<IReadOnlyList<OrgRow>> ReadPagesAsync(
        string soql,
        IReadOnlyList<string> names,
        bool includeDeleted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in salesforce.Soql.QueryAsync(soql, includeDeleted, cancellationToken))
        {
            List<OrgRow> rows;
            using (page)
            {
                rows = page.Records.Select(record =>
                {
                    var values = names.Select(name => ValueCheck.Read(record, name)).ToArray();
                    return new OrgRow(values[^1] ?? "", values);
                }).ToList();
            }

            yield return rows;
        }
    }

    /// <summary>Null where the object cannot be queried in bulk.</summary>
    private async Task<BulkQueryJob?> TryCreateJobAsync(string soql, bool includeDeleted, CancellationToken cancellationToken)
    {
        try
        {
            return await salesforce.BulkQuery.CreateAsync(soql, includeDeleted, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code is "INVALIDENTITY" or "API_ERROR" or "FEATURENOTENABLED")
        {
            return null;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<OrgRow>> ReadJobAsync(
        BulkQueryJob job, IReadOnlyList<string> names, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await salesforce.BulkQuery.WaitAsync(job.Id, cancellationToken);
            string? locator = null;
            do
            {
                await using var page = await salesforce.BulkQuery.OpenResultsAsync(
                    job.Id, locator, options.PageRecords, cancellationToken);
                using var rows = await ResultRows.OpenAsync(job.Object, names, page, cancellationToken);
                bool hasMore;
                do
                {
                    var batch = new List<OrgRow>(BatchRows);
                    hasMore = await rows.ReadAsync(
                        csv =>
                        {
                            batch.Add(ToRow(csv));
                            return batch.Count < BatchRows;
                        },
                        cancellationToken);
                    if (batch.Count > 0)
                        yield return batch;
                }
                while (hasMore);
                locator = page.NextLocator;
            }
            while (locator is not null);
        }
        finally
        {
            await DeleteJobAsync(job.Id);
        }
    }

    private static OrgRow ToRow(CsvReader csv)
    {
        var values = new string?[csv.FieldCount];
        for (var i = 0; i < values.Length; i++)
            values[i] = csv.Field(i) is { Length: > 0 } value ? Encoding.UTF8.GetString(value) : null;
        return new OrgRow(values[^1] ?? "", values);
    }

    /// <summary>Frees the job's results in the org; they would go by themselves after seven days, so a failure does not matter.</summary>
    private async Task DeleteJobAsync(string jobId)
    {
        try
        {
            await salesforce.BulkQuery.DeleteAsync(jobId, CancellationToken.None);
        }
        catch (SalesforceException)
        {
            // The job is left over and expires.
        }
    }
}
