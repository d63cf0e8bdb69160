using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;
using Tandem.Sync.States;

namespace Tandem.Sync.Pull;

/// <summary>
/// Fills a table through one Bulk 2.0 query job. Each result page is copied and committed together with the place of the next page,
/// so that a crash costs the page under way: the next start finds the job in <see cref="Progress"/> and goes on behind the last
/// committed page. Indexes come at the end; making them twice is harmless. A table that already held rows when its load began is
/// merged into instead, which may be done any number of times.
/// </summary>
public sealed partial class InitialLoad(
    SalesforceClient salesforce, ProgressTable progressTable, SyncOptions options, ILogger<InitialLoad> logger)
{
    private const int BufferBytes = 256 * 1024;
    private const int BuffersUnderWay = 3;

    /// <summary>Goes on from the stored progress until the table is complete, indexed and analysed.</summary>
    /// <param name="report">Is told each committed step.</param>
    public async Task<Progress> RunAsync(
        MappedObject mapped, NpgsqlConnection connection, Action<Progress> report, CancellationToken cancellationToken)
    {
        var table = new SyncedTable(mapped.Table);
        var progress = await progressTable.ReadAsync(connection, mapped.Name, cancellationToken);
        if (progress.JobId is not { } jobId || progress.State is MappingState.Initial)
        {
            var job = await salesforce.BulkQuery.CreateAsync(mapped.Select(), includeDeleted: false, cancellationToken);
            Failpoints.Reach("load.job.created");
            jobId = job.Id;
            progress = progress.MoveTo(MappingState.Initial) with
            {
                JobId = jobId,
                JobStartedAt = job.CreatedDate.UtcDateTime,
                IsMerge = await table.CountAsync(connection, cancellationToken) > 0,
                Locator = null,
                ArePagesDone = false,
                RowsLoaded = 0,
            };
            progress = await SaveAsync(connection, progress.MoveTo(MappingState.WaitBulkLoad), report, cancellationToken);
            Failpoints.Reach("load.job.saved");
            LogStarted(mapped.Name, jobId);
        }

        try
        {
            progress = await LoadPagesAsync(mapped, connection, jobId, progress, report, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code == SalesforceErrorCodes.NotFound)
        {
            throw new SalesforceException(
                "INVALIDJOB", $"The org no longer has the Bulk query job {jobId} of {mapped.Name}; the load begins anew.", exception);
        }

        await CreateIndexesAsync(mapped.Table, connection, cancellationToken);
        Failpoints.Reach("load.indexes.made");
        await table.AnalyzeAsync(connection, cancellationToken);
        progress = progress.MoveTo(MappingState.DataSynced) with
        {
            CursorStamp = progress.JobStartedAt,
            // A merge leaves rows alone that the job does not bring; the delete log, as far as it reaches back, tells which to remove.
            DeletesCoveredTo = progress.IsMerge ? null : progress.JobStartedAt,
            JobId = null,
            Locator = null,
        };
        await SaveAsync(connection, progress, report, cancellationToken);
        Failpoints.Reach("load.done");
        await DeleteJobAsync(mapped.Name, jobId, cancellationToken);
        LogLoaded(mapped.Name, progress.RowsLoaded);
        return progress;
    }

    /// <summary>Forgets a job that the org no longer has, so that the next run begins with a new one.</summary>
    public async Task ForgetJobAsync(string objectName, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var progress = await progressTable.ReadAsync(connection, objectName, cancellationToken);
        if (progress is { CursorStamp: null, JobId: not null })
            await progressTable.SaveAsync(connection, progress.MoveTo(MappingState.Initial) with { JobId = null }, cancellationToken);
    }

    private async Task<Progress> LoadPagesAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        string jobId,
        Progress progress,
        Action<Progress> report,
        CancellationToken cancellationToken)
    {
        if (progress.ArePagesDone)
            return progress;
        await salesforce.BulkQuery.WaitAsync(jobId, cancellationToken);
        progress = progress.MoveTo(MappingState.LoadingBulkJob);
        if (progress.IsMerge)
            await new SyncedTable(mapped.Table).CreateIndexesAsync(connection, cancellationToken);
        while (!progress.ArePagesDone)
        {
            progress = await LoadPageAsync(mapped, connection, jobId, progress, report, cancellationToken);
            report(progress);
        }

        return progress;
    }

    /// <summary>The first index, which sorts text and takes longest, on one session, the others beside it on a second.</summary>
    private static async Task CreateIndexesAsync(
        TableDefinition table, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var second = (NpgsqlConnection)((ICloneable)connection).Clone();
        await second.OpenAsync(cancellationToken);
        await Task.WhenAll(
            new SyncedTable(table with { Indexes = [.. table.Indexes.Take(1)] }).CreateIndexesAsync(connection, cancellationToken),
            new SyncedTable(table with { Indexes = [.. table.Indexes.Skip(1)] }).CreateIndexesAsync(second, cancellationToken));
    }

    private async Task<Progress> LoadPageAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        string jobId,
        Progress progress,
        Action<Progress> report,
        CancellationToken cancellationToken)
    {
        await using var page = await salesforce.BulkQuery.OpenResultsAsync(
            jobId, progress.Locator, options.LoadPageRecords, cancellationToken);
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        await LetCommitReturnEarlyAsync(connection, cancellationToken);
        var before = progress.RowsLoaded;
        long rows;
        if (progress.IsMerge)
            rows = await MergePageAsync(mapped, connection, transaction, page, cancellationToken);
        else
            rows = await CopyPageAsync(mapped, connection, page, ReportCopied, cancellationToken);

        Failpoints.Reach("load.page.copied");
        progress = progress with { RowsLoaded = before + rows, Locator = page.NextLocator, ArePagesDone = page.NextLocator is null };
        await progressTable.SaveAsync(connection, progress, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("load.page.committed");
        return progress;

        void ReportCopied(long copied) => report(progress with { RowsLoaded = before + copied });
    }

    /// <summary>
    /// A server that crashes may then forget the last pages, each together with its place, and the next start loads them again. The
    /// commits that end the load wait for the disk as usual, and with it for all that came before.
    /// </summary>
    private static async Task LetCommitReturnEarlyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("set local synchronous_commit = off", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>One side parses and encodes, the other feeds the COPY; neither waits while the other has work.</summary>
    private static async Task<long> CopyPageAsync(
        MappedObject mapped, NpgsqlConnection connection, BulkResultPage page, Action<long> report, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var loader = await TableLoader.BeginAsync(connection, mapped.Table, mapped.Columns, stop.Token);
        var filled = Channel.CreateBounded<CopyRows>(BuffersUnderWay);
        var empty = Channel.CreateBounded<CopyRows>(BuffersUnderWay);
        var buffers = Enumerable.Range(0, BuffersUnderWay).Select(_ => new CopyRows()).ToList();
        try
        {
            foreach (var buffer in buffers)
                await empty.Writer.WriteAsync(buffer, stop.Token);
            var encoding = EncodeAsync(mapped, page, empty.Reader, filled.Writer, stop.Token);
            try
            {
                var loaded = 0L;
                await foreach (var rows in filled.Reader.ReadAllAsync(stop.Token))
                {
                    await loader.WriteAsync(rows, stop.Token);
                    report(loaded += rows.RowCount);
                    rows.Clear();
                    await empty.Writer.WriteAsync(rows, stop.Token);
                }

                await encoding;
            }
            catch
            {
                await stop.CancelAsync();
                await encoding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            return await loader.CompleteAsync(stop.Token);
        }
        finally
        {
            buffers.ForEach(buffer => buffer.Dispose());
        }
    }

    private static async Task EncodeAsync(
        MappedObject mapped,
        BulkResultPage page,
        ChannelReader<CopyRows> empty,
        ChannelWriter<CopyRows> filled,
        CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            var encoder = new RowEncoder(mapped);
            using var csv = await OpenCsvAsync(page, encoder, cancellationToken);
            var rows = await empty.ReadAsync(cancellationToken);
            do
            {
                while (csv.TryReadRow())
                {
                    encoder.Encode(csv, rows);
                    if (rows.Length < BufferBytes)
                        continue;
                    await filled.WriteAsync(rows, cancellationToken);
                    rows = await empty.ReadAsync(cancellationToken);
                }
            }
            while (await csv.FillAsync(cancellationToken));

            if (rows.RowCount > 0)
                await filled.WriteAsync(rows, cancellationToken);
            filled.Complete();
        }
        catch (Exception exception)
        {
            filled.Complete(exception);
            throw;
        }
    }

    private async Task<long> MergePageAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        BulkResultPage page,
        CancellationToken cancellationToken)
    {
        var encoder = new RowEncoder(mapped);
        using var csv = await OpenCsvAsync(page, encoder, cancellationToken);
        using var rows = new CopyRows();
        var merged = 0L;
        do
        {
            while (csv.TryReadRow())
            {
                encoder.Encode(csv, rows);
                if (rows.RowCount >= options.MergeRows)
                    await FlushAsync();
            }
        }
        while (await csv.FillAsync(cancellationToken));

        await FlushAsync();
        return merged;

        async Task FlushAsync()
        {
            if (rows.RowCount == 0)
                return;
            await mapped.Merger.MergeAsync(connection, transaction, mapped.Columns, rows, cancellationToken);
            merged += rows.RowCount;
            rows.Clear();
        }
    }

    /// <summary>Opens a page and reads past its header line.</summary>
    private static async Task<CsvReader> OpenCsvAsync(BulkResultPage page, RowEncoder encoder, CancellationToken cancellationToken)
    {
        var csv = new CsvReader(page.Content);
        while (await csv.FillAsync(cancellationToken))
        {
            if (!csv.TryReadRow())
                continue;
            encoder.CheckHeader(csv);
            return csv;
        }

        csv.Dispose();
        throw new FormatException("A Bulk result page has no header line.");
    }

    private async Task<Progress> SaveAsync(
        NpgsqlConnection connection, Progress progress, Action<Progress> report, CancellationToken cancellationToken)
    {
        await progressTable.SaveAsync(connection, progress, cancellationToken);
        report(progress);
        return progress;
    }

    /// <summary>Frees the job's results in the org; they would go by themselves after seven days, so a failure is only noted.</summary>
    private async Task DeleteJobAsync(string objectName, string jobId, CancellationToken cancellationToken)
    {
        try
        {
            await salesforce.BulkQuery.DeleteAsync(jobId, cancellationToken);
        }
        catch (SalesforceException exception)
        {
            LogJobNotDeleted(exception, objectName, jobId);
        }
    }

    [LoggerMessage(LogLevel.Information, "Loading {ObjectName} by Bulk query job {JobId}")]
    private partial void LogStarted(string objectName, string jobId);

    [LoggerMessage(LogLevel.Information, "Loaded {ObjectName}: {Rows} rows")]
    private partial void LogLoaded(string objectName, long rows);

    [LoggerMessage(LogLevel.Information, "The Bulk query job {JobId} of {ObjectName} could not be deleted")]
    private partial void LogJobNotDeleted(Exception exception, string objectName, string jobId);
}
