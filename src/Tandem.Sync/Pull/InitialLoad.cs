using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull.Load;
using Tandem.Sync.Running;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;
using Tandem.Sync.States;
using Tandem.Sync.Telemetry;

namespace Tandem.Sync.Pull;

/// <summary>
/// Fills a table: by one Bulk 2.0 query job whose pages are copied side by side, or by REST for small objects and those that Bulk
/// refuses. Every page commits with the place it stands for, so that a crash costs the pages under way and the next start goes on.
/// Indexes and the table's lasting form come at the end; making them twice is harmless. A table that already held records when its load
/// began is merged into instead, which may be done any number of times. One of these serves all mappings of a shift.
/// </summary>
public sealed partial class InitialLoad(
    SalesforceClient salesforce, ProgressTable progressTable, SyncOptions options, TimeProvider timeProvider, ILogger<InitialLoad> logger)
{
    private readonly PageSlots _slots = new(options);

    /// <summary>Goes on from the stored progress until the table is complete, indexed and analysed.</summary>
    /// <param name="report">Is told each committed step, and how the rows come in between.</param>
    public Task<Progress> RunAsync(
        MappedObject mapped, NpgsqlConnection connection, Action<Progress> report, CancellationToken cancellationToken) =>
        SyncTelemetry.TraceAsync(SyncTelemetry.LoadSpan, mapped, () => LoadAsync(mapped, connection, report, cancellationToken));

    private async Task<Progress> LoadAsync(
        MappedObject mapped, NpgsqlConnection connection, Action<Progress> report, CancellationToken cancellationToken)
    {
        var progress = await progressTable.ReadAsync(connection, mapped.Name, cancellationToken);
        if (progress.JobStartedAt is null || progress.State is MappingState.Initial)
            progress = await BeginAsync(mapped, connection, progress, report, cancellationToken);
        if (!progress.ArePagesDone)
        {
            progress = await LoadRowsAsync(mapped, connection, progress, report, cancellationToken);
            progress = await SaveAsync(connection, progress with { ArePagesDone = true }, report, cancellationToken);
            Failpoints.Reach("load.pages.done");
        }

        await new FirstLoad(mapped.Table).FinishAsync(connection, Failpoints.Reach, cancellationToken);
        var jobId = progress.JobId;
        progress = progress.MoveTo(MappingState.DataSynced) with
        {
            CursorStamp = progress.JobStartedAt,
            // A merge leaves rows alone that the job does not bring; the delete log, as far as it reaches back, tells which to remove.
            DeletesCoveredTo = progress.IsMerge ? null : progress.JobStartedAt,
            JobId = null,
            Locator = null,
            RowsPerSecond = null,
        };
        await EndAsync(connection, progress, cancellationToken);
        report(progress);
        Failpoints.Reach("load.done");
        if (jobId is not null)
            await DeleteJobAsync(mapped.Name, jobId, cancellationToken);
        SyncTelemetry.CountLoaded(mapped, progress.RowsLoaded);
        LogLoaded(mapped.Name, progress.RowsLoaded);
        return progress;
    }

    /// <summary>Forgets a job that the org no longer has, so that the next run begins with a new one.</summary>
    public async Task ForgetJobAsync(string objectName, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var progress = await progressTable.ReadAsync(connection, objectName, cancellationToken);
        if (progress is { CursorStamp: null, JobId: not null })
        {
            progress = progress.MoveTo(MappingState.Initial) with { JobId = null, JobStartedAt = null };
            await progressTable.SaveAsync(connection, progress, cancellationToken);
        }
    }

    private RestLoad RestOf(MappedObject mapped) => new(OrgOf(mapped), progressTable, options);

    private SalesforceClient OrgOf(MappedObject mapped) => salesforce.For(mapped.Name, CallKind.Load);

    /// <summary>
    /// Decides the way and notes it. A table that an earlier job filled in part gets its indexes first, for records that may be there
    /// already are merged.
    /// </summary>
    private async Task<Progress> BeginAsync(
        MappedObject mapped, NpgsqlConnection connection, Progress progress, Action<Progress> report, CancellationToken cancellationToken)
    {
        var table = new SyncedTable(mapped.Table);
        var first = new FirstLoad(mapped.Table);
        var isFirst = await first.IsUnderWayAsync(connection, cancellationToken);
        var isMerge = isFirst
            ? await table.HasRecordsAsync(connection, cancellationToken)
            : await table.HasRowsAsync(connection, cancellationToken);
        if (isMerge)
            await first.FinishAsync(connection, Failpoints.Reach, cancellationToken);

        progress = progress.MoveTo(MappingState.Initial) with
        {
            JobId = null,
            IsMerge = isMerge,
            Locator = null,
            ArePagesDone = false,
            RowsLoaded = 0,
        };
        var isSmall = await RestOf(mapped).CountIfSmallAsync(mapped, cancellationToken) is not null;
        if (!isSmall && await TryCreateJobAsync(mapped, cancellationToken) is { } job)
            progress = progress with { JobId = job.Id, JobStartedAt = job.CreatedDate.UtcDateTime };
        else
            progress = progress with { JobStartedAt = await RestOf(mapped).ReadNewestStampAsync(mapped, cancellationToken) };

        progress = progress.MoveTo(MappingState.WaitBulkLoad);
        await EndAsync(connection, progress, cancellationToken);
        report(progress);
        Failpoints.Reach("load.begun");
        LogStarted(mapped.Name, progress.JobId is null ? "REST queries" : $"Bulk query job {progress.JobId}");
        return progress;
    }

    /// <returns>Null when Bulk does not serve the object, or not with these fields. Source: salesforce-api.md, section 3.2.</returns>
    private async Task<BulkQueryJob?> TryCreateJobAsync(MappedObject mapped, CancellationToken cancellationToken)
    {
        try
        {
            return await OrgOf(mapped).BulkQuery.CreateAsync(mapped.Select(), includeDeleted: false, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.InvalidEntity or SalesforceErrorCodes.ApiError)
        {
            LogBulkRefused(mapped.Name, exception.Code);
            return null;
        }
    }

    private async Task<Progress> LoadRowsAsync(
        MappedObject mapped, NpgsqlConnection connection, Progress progress, Action<Progress> report, CancellationToken cancellationToken)
    {
        if (progress.JobId is not { } jobId)
        {
            var count = await RestOf(mapped).CountIfSmallAsync(mapped, cancellationToken);
            progress = progress.MoveTo(MappingState.LoadingBulkJob) with { RowsTotal = count };
            using (await _slots.EnterAsync(cancellationToken))
                return await RestOf(mapped).RunAsync(mapped, connection, progress, Tally(progress, report), cancellationToken);
        }

        try
        {
            var job = await OrgOf(mapped).BulkQuery.WaitAsync(jobId, cancellationToken);
            progress = progress.MoveTo(MappingState.LoadingBulkJob) with { RowsTotal = job.NumberRecordsProcessed };
            await SaveAsync(connection, progress, report, cancellationToken);
            if (progress.IsMerge)
                return await MergeAsync(mapped, connection, jobId, progress, Tally(progress, report), cancellationToken);
            var load = new BulkLoad(OrgOf(mapped), new PageLedger(mapped.Table.Schema), _slots, options);
            await load.RunAsync(mapped, connection, jobId, Tally(progress, report), cancellationToken);
            var stored = await progressTable.ReadAsync(connection, mapped.Name, cancellationToken);
            return progress with { RowsLoaded = stored.RowsLoaded };
        }
        catch (SalesforceException exception) when (exception.Code == SalesforceErrorCodes.NotFound)
        {
            throw new SalesforceException(
                SalesforceErrorCodes.InvalidJob,
                $"The org no longer has the Bulk query job {jobId} of {mapped.Name}; the load begins anew.",
                exception);
        }
    }

    private async Task<Progress> MergeAsync(
        MappedObject mapped,
        NpgsqlConnection connection,
        string jobId,
        Progress progress,
        LoadTally tally,
        CancellationToken cancellationToken)
    {
        var merge = new MergeLoad(OrgOf(mapped), _slots, options);
        var request = new MergeRequest { JobId = jobId, Locator = progress.Locator, Note = NoteAsync };
        await merge.RunAsync(mapped, connection, request, cancellationToken);
        return progress;

        async Task NoteAsync(MergeStep step, CancellationToken token)
        {
            progress = progress with { RowsLoaded = progress.RowsLoaded + step.Sfids.Count };
            if (step.EndsPage)
            {
                progress = progress with { Locator = step.NextLocator, ArePagesDone = step.NextLocator is null };
                await progressTable.SaveAsync(step.Connection, progress, token);
            }

            tally.Add(step.Sfids.Count);
        }
    }

    private LoadTally Tally(Progress progress, Action<Progress> report) => new(progress, report, timeProvider);

    /// <summary>Saves, and empties the ledger of pages in the same transaction: it speaks of no job, or of none any more.</summary>
    private async Task EndAsync(NpgsqlConnection connection, Progress progress, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await new PageLedger(progressTable.Schema).ForgetAsync(connection, progress.ObjectName, cancellationToken);
        await progressTable.SaveAsync(connection, progress, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
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
            await salesforce.For(objectName, CallKind.Load).BulkQuery.DeleteAsync(jobId, cancellationToken);
        }
        catch (SalesforceException exception)
        {
            LogJobNotDeleted(exception, objectName, jobId);
        }
    }

    [LoggerMessage(LogLevel.Information, "Loading {ObjectName} by {Way}")]
    private partial void LogStarted(string objectName, string way);

    [LoggerMessage(LogLevel.Information, "Bulk refuses a query of {ObjectName} ({Code}); it is loaded by REST")]
    private partial void LogBulkRefused(string objectName, string code);

    [LoggerMessage(LogLevel.Information, "Loaded {ObjectName}: {Rows} rows")]
    private partial void LogLoaded(string objectName, long rows);

    [LoggerMessage(LogLevel.Information, "The Bulk query job {JobId} of {ObjectName} could not be deleted")]
    private partial void LogJobNotDeleted(Exception exception, string objectName, string jobId);
}
