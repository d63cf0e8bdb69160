using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull.Load;

/// <summary>
/// Loads small objects, and those that Bulk refuses, by REST queries in the order of their ids. Each query asks for the records behind
/// the last committed one, so that there is no cursor in the org that could expire, and each page commits with the id it ended at.
/// </summary>
internal sealed class RestLoad(SalesforceClient salesforce, ProgressTable progressTable, SyncOptions options)
{
    /// <summary>Of one query: what an answer holds at most.</summary>
    private const int QueryRecords = 2_000;

    /// <summary>True when the object has so few records that a Bulk job would cost more than it saves.</summary>
    /// <returns>The records that there are; null when there are too many, or the org cannot count them in time.</returns>
    public async Task<long?> CountIfSmallAsync(MappedObject mapped, CancellationToken cancellationToken)
    {
        if (options.RestLoadRows <= 0)
            return null;
        try
        {
            var count = await salesforce.Soql.CountAsync(mapped.Select("COUNT()", condition: null), cancellationToken);
            return count <= options.RestLoadRows ? count : null;
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.QueryTimeout
            or SalesforceErrorCodes.OperationTooLarge or SalesforceErrorCodes.QueryTooComplicated)
        {
            return null;
        }
    }

    /// <summary>
    /// The newest change by the org's own clock: whatever changes after it was asked for is not older. The beginning of time for an
    /// object without records, whose first poll then reads what has come since.
    /// </summary>
    public async Task<DateTime> ReadNewestStampAsync(MappedObject mapped, CancellationToken cancellationToken)
    {
        var query = $"{mapped.Select(mapped.CursorField, condition: null)} ORDER BY {mapped.CursorField} DESC NULLS LAST LIMIT 1";
        await foreach (var page in salesforce.Soql.QueryAsync(query, includeDeleted: false, cancellationToken))
        {
            using (page)
            {
                foreach (var record in page.Records)
                {
                    if (record.GetProperty(mapped.CursorField).GetString() is { } stamp)
                        return SalesforceTime.Parse(stamp);
                }
            }
        }

        return DateTime.UnixEpoch;
    }

    /// <summary>Goes on behind the last committed record until there are no more.</summary>
    public async Task<Progress> RunAsync(
        MappedObject mapped, NpgsqlConnection connection, Progress progress, LoadTally tally, CancellationToken cancellationToken)
    {
        using var rows = new CopyRows();
        while (true)
        {
            var read = 0;
            var query = BuildQuery(mapped, progress.Locator);
            await foreach (var page in salesforce.Soql.QueryAsync(query, includeDeleted: false, cancellationToken))
            {
                using (page)
                {
                    var encoder = new RowEncoder(mapped);
                    foreach (var record in page.Records)
                        encoder.Encode(record, rows);
                    read += page.Records.Count;
                    if (page.Records.Count > 0)
                        progress = progress with { Locator = page.Records[^1].GetProperty("Id").GetString() };
                    progress = progress with { RowsLoaded = progress.RowsLoaded + page.Records.Count };
                    await WriteAsync(mapped, connection, rows, encoder.Held, progress, cancellationToken);
                    tally.Add(page.Records.Count);
                    rows.Clear();
                }
            }

            if (read < QueryRecords)
                return progress;
        }
    }

    private static string BuildQuery(MappedObject mapped, string? after) =>
        $"{mapped.Select(after is null ? null : $"Id > {SoqlText.Literal(after)}")} ORDER BY Id LIMIT {QueryRecords}";

    private async Task WriteAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        CopyRows rows,
        IReadOnlyList<HeldRow> held,
        Progress progress,
        CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        if (progress.IsMerge)
            await mapped.Merger.MergeAsync(connection, transaction, mapped.Columns, rows, cancellationToken);
        else
            await CopyAsync(mapped, connection, rows, cancellationToken);
        await new ReadErrors(mapped.Table.Schema).SaveAsync(connection, mapped.Name, held, cancellationToken);
        Failpoints.Reach("load.rest.written");
        await progressTable.SaveAsync(connection, progress, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("load.rest.committed");
    }

    private static async Task CopyAsync(
        MappedObject mapped, NpgsqlConnection connection, CopyRows rows, CancellationToken cancellationToken)
    {
        await using var loader = await TableLoader.BeginAsync(connection, mapped.Table, mapped.Columns, cancellationToken);
        await loader.WriteAsync(rows, cancellationToken);
        await loader.CompleteAsync(cancellationToken);
    }
}
