using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.States;

namespace Tandem.Sync.Pull;

/// <summary>
/// The poll of more records than REST is good for: a Bulk query of the same window. The job's id is stored before it is waited for, and
/// the place of the next page with the last rows of each, so that a crash costs one page. The cursor moves only at the end, to the time
/// of the job, for its rows come in no order. Source: salesforce-api.md, section 3.2; heroku-connect.md, section 10.2.
/// </summary>
internal sealed partial class BulkPoll(
    SalesforceClient salesforce, ProgressTable progressTable, PollWriter writer, SyncOptions options, ILogger logger)
{
    /// <summary>Makes the job and stores it.</summary>
    /// <returns>Null for an object that the Bulk API does not serve.</returns>
    public async Task<Progress?> StartAsync(PullTurn turn, string? condition, CancellationToken cancellationToken)
    {
        BulkQueryJob job;
        try
        {
            job = await salesforce.BulkQuery.CreateAsync(turn.Mapped.Select(condition), turn.Mapped.HasRecycleBin, cancellationToken);
        }
        catch (SalesforceException exception) when (exception.Code == SalesforceErrorCodes.InvalidEntity)
        {
            return null;
        }

        Failpoints.Reach("poll.job.made");
        var marks = turn.Progress.Poll ?? new PollMarks();
        var progress = turn.Progress.MoveTo(MappingState.PollingSfChanges).MoveTo(MappingState.WaitBulkUpdate) with
        {
            Poll = marks with { JobId = job.Id, JobStartedAt = job.CreatedDate.UtcDateTime, Locator = null },
        };
        await SaveAsync(turn, progress, cancellationToken);
        Failpoints.Reach("poll.job.stored");
        LogStarted(turn.Mapped.Name, job.Id);
        return progress;
    }

    /// <summary>Reads the rest of the stored job. The caller ends it by <see cref="FinishAsync"/>.</summary>
    public async Task<PassOutcome> ReadAsync(PullTurn turn, long read, CancellationToken cancellationToken)
    {
        var progress = turn.Progress;
        var marks = progress.Poll ?? throw new InvalidOperationException("The poll has no marks.");
        var jobId = marks.JobId ?? throw new InvalidOperationException("The poll has no Bulk query job.");
        try
        {
            progress = MoveBackTo(progress, MappingState.WaitBulkUpdate);
            turn.Report(progress);
            await turn.WaitApartAsync(token => salesforce.BulkQuery.WaitAsync(jobId, token), cancellationToken);
            var changed = 0;
            await PollPipeline.RunAsync(
                (batches, token) => ReadPagesAsync(turn, jobId, marks.Locator, batches, token),
                async (batch, token) =>
                {
                    (progress, var count) = await writer.ApplyAsync(turn, progress, read, batch, token);
                    changed += count;
                    turn.Report(progress);
                },
                cancellationToken);
            return new PassOutcome(progress, changed);
        }
        catch (SalesforceException exception) when (exception.Code is SalesforceErrorCodes.NotFound or SalesforceErrorCodes.InvalidJob
            or SalesforceErrorCodes.InvalidJobState or SalesforceErrorCodes.BulkJobFailed or SalesforceErrorCodes.BulkJobAborted)
        {
            await SaveAsync(turn, Forget(MoveBackTo(progress, MappingState.PollingSfChanges)), cancellationToken);
            throw new SalesforceException(
                SalesforceErrorCodes.InvalidJob,
                $"The Bulk query job {jobId} of {turn.Mapped.Name} brought no result; the poll begins anew from its cursor.",
                exception);
        }
    }

    /// <summary>Moves the cursor to the time of the job, and forgets the job.</summary>
    public async Task<Progress> FinishAsync(PullTurn turn, Progress progress, CancellationToken cancellationToken)
    {
        var marks = progress.Poll ?? throw new InvalidOperationException("The poll has no marks.");
        var jobId = marks.JobId ?? throw new InvalidOperationException("The poll has no Bulk query job.");
        var startedAt = marks.JobStartedAt;
        var cursor = progress.CursorStamp is { } stamp && stamp > startedAt ? stamp : startedAt;
        progress = MoveBackTo(progress, MappingState.PollingSfChanges).MoveTo(MappingState.DataSynced) with
        {
            CursorStamp = cursor,
            Poll = marks with { JobId = null, JobStartedAt = null, Locator = null, SeenTo = startedAt },
        };
        await SaveAsync(turn, progress, cancellationToken);
        Failpoints.Reach("poll.job.done");
        try
        {
            await salesforce.BulkQuery.DeleteAsync(jobId, cancellationToken);
        }
        catch (SalesforceException exception)
        {
            LogJobNotDeleted(exception, turn.Mapped.Name, jobId);
        }

        return progress;
    }

    private async Task ReadPagesAsync(
        PullTurn turn, string jobId, string? locator, ChannelWriter<PollBatch> batches, CancellationToken cancellationToken)
    {
        var reader = new ChangeReader(turn.Mapped, turn.Progress.Poll?.SeenTo);
        string[] names = [.. turn.Mapped.Fields.Select(field => field.Description.Name)];
        do
        {
            await using var page = await salesforce.BulkQuery.OpenResultsAsync(
                jobId, locator, options.Poll.BulkPageRecords, cancellationToken);
            using var rows = await ResultRows.OpenAsync(turn.Mapped.Name, names, page, cancellationToken);
            locator = page.NextLocator;
            while (await ReadBatchAsync(rows, reader, locator, batches, cancellationToken))
            {
            }
        }
        while (locator is not null);
    }

    /// <summary>Hands over the next batch; the page's last one moves the stored place behind the page.</summary>
    private async Task<bool> ReadBatchAsync(
        ResultRows rows, ChangeReader reader, string? behind, ChannelWriter<PollBatch> batches, CancellationToken cancellationToken)
    {
        var batch = new PollBatch { Advance = static progress => progress.MoveTo(MappingState.PollingSfBulk) };
        var isHandedOver = false;
        try
        {
            var hasMore = await rows.ReadAsync(
                csv =>
                {
                    reader.Read(csv, batch);
                    return !batch.IsFull(options.MergeRows);
                },
                cancellationToken);
            if (!hasMore && behind is not null)
                batch.Advance = progress => MoveTo(progress, behind);
            await batches.WriteAsync(batch, cancellationToken);
            isHandedOver = true;
            return hasMore;
        }
        finally
        {
            if (!isHandedOver)
                batch.Dispose();
        }
    }

    private static Progress MoveTo(Progress progress, string locator) => progress.MoveTo(MappingState.PollingSfBulk) with
    {
        Poll = progress.Poll is { } marks ? marks with { Locator = locator } : null,
    };

    private static Progress Forget(Progress progress) => progress with
    {
        Poll = progress.Poll is { } marks ? marks with { JobId = null, JobStartedAt = null, Locator = null } : null,
    };

    /// <summary>A restart finds the state that the last program stored, whichever step of the poll that was.</summary>
    private static Progress MoveBackTo(Progress progress, MappingState state)
    {
        if (progress.State == state)
            return progress;
        var polling = progress.State == MappingState.PollingSfChanges ? progress : progress.MoveTo(MappingState.PollingSfChanges);
        return polling.MoveTo(state);
    }

    private async Task SaveAsync(PullTurn turn, Progress progress, CancellationToken cancellationToken)
    {
        var connection = await turn.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await progressTable.SaveAsync(connection, progress, cancellationToken);
        await progressTable.Marks.SaveAsync(connection, progress.ObjectName, progress.Poll ?? new PollMarks(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        turn.Report(progress);
    }

    [LoggerMessage(LogLevel.Information, "Polling {ObjectName} by Bulk query job {JobId}")]
    private partial void LogStarted(string objectName, string jobId);

    [LoggerMessage(LogLevel.Information, "The Bulk query job {JobId} of {ObjectName} could not be deleted")]
    private partial void LogJobNotDeleted(Exception exception, string objectName, string jobId);
}
