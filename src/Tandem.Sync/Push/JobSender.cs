using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Salesforce.Bulk;
using Tandem.Salesforce.Records;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;

namespace Tandem.Sync.Push;

/// <summary>
/// Sends long runs by Bulk 2.0 ingest jobs, one after the other; the next is gathered from the log while the org works on one.
/// </summary>
/// <remarks>
/// A job's id is stored with its changes before its upload is declared complete, which is the moment from which the org may begin. So
/// after a crash a job that is stored and open has done nothing, any other is asked for its results, and a change without a stored job
/// was not sent by one. What a job did not try, and what was locked, goes by calls afterwards, before anything behind it. Only changes
/// with a key of their own go by a job, for by that its results are told apart: plain creates go by calls.
/// </remarks>
internal sealed partial class JobSender(PushParts parts, Settler settler, ChangeSender sender, OnDemandSession session)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);

    private readonly JobLedger _ledger = new(parts.Mappings.Schema);
    private readonly LocalParents _parents = new(parts.Mappings, parts.Options.Push);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly ILogger _logger = parts.Logger;
    private TimeSpan _perRecord;

    /// <summary>Sends the run with which the queue begins, and what follows it of the same kind, by as many jobs as it takes.</summary>
    /// <returns>False when nothing was sent and calls are to be made.</returns>
    public async Task<bool> TrySendAsync(ChangeQueue queue, ChangeBatch run, CancellationToken cancellationToken)
    {
        var isAny = false;
        BulkJob? underWay = null;
        while (MayTake(run) && await GatherAsync(queue, run, cancellationToken) is { } draft)
        {
            if (underWay is not null)
                queue.Learn(await FinishAsync(underWay, cancellationToken));
            underWay = await SubmitAsync(draft, queue, cancellationToken);
            isAny = true;

            // Only an inserted record's outcome tells the id that changes behind it need.
            if (underWay is { Operation: WriteOperation.Upsert })
            {
                queue.Learn(await FinishAsync(underWay, cancellationToken));
                underWay = null;
            }

            if (queue.Changes.Count == 0 && !await queue.ClaimMoreAsync(cancellationToken))
                break;
            if (queue.Ready.Count == 0)
                break;
            var next = ChangeBatches.TakeRun(queue.Ready, parts.Mappings.ObjectsByTable, parts.Options.Push.LongestLook);
            if (next.Mapped.Table.Name != run.Mapped.Table.Name || next.Operation != run.Operation)
                break;
            run = next;
        }

        if (underWay is not null)
            queue.Learn(await FinishAsync(underWay, cancellationToken));
        return isAny;
    }

    /// <summary>Settles the jobs that an earlier run left. One that was never begun is given up; its changes are sent anew.</summary>
    public async Task RecoverAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        foreach (var stored in await _ledger.ListAsync(await session.OpenAsync(cancellationToken), cancellationToken))
        {
            if (parts.Mappings.All.FirstOrDefault(mapping => mapping.Mapped.Name == stored.ObjectName) is not { } mapping
                || !tables.Contains(mapping.Mapped.Table.Name, StringComparer.Ordinal))
                continue;
            LogRecovering(stored.Id, stored.Changes.Count, stored.ObjectName);
            var client = parts.Writer.JobsOf(stored.ObjectName);
            if (await FindAsync(client, stored.Id, cancellationToken) is { IsOpen: false })
            {
                var connection = await session.OpenAsync(cancellationToken);
                var changes = await parts.ChangeLog.ReadClaimedAsync(connection, stored.Changes, cancellationToken);
                var byKey = new Dictionary<string, Change>(StringComparer.OrdinalIgnoreCase);
                foreach (var change in changes)
                {
                    if (JobDraft.KeyOf(mapping.Mapped, stored.Operation, change) is { } key)
                        byKey.TryAdd(key, change);
                }

                await FinishAsync(new BulkJob(stored.Id, mapping, stored.Operation, byKey), cancellationToken);
            }
            else
                await GiveUpAsync(client, stored.Id, cancellationToken);
        }
    }

    private bool MayTake(ChangeBatch run) =>
        parts.Options.Push is { BulkFrom: > 0, MergesWrites: false }
        && run.Changes.Count >= parts.Options.Push.BulkFrom
        && run.Operation is WriteOperation.Update or WriteOperation.Upsert or WriteOperation.Delete
        && (run.Operation == WriteOperation.Delete || !parts.Options.Push.Assignment.NeedsCalls(run.Mapped.Name))
        && !_refused.Contains(run.Mapped.Name)
        && parts.Mappings.Of(run.Mapped).IsPushable;

    /// <returns>Null when the changes prove too few or unfit; the queue is as it was then.</returns>
    private async Task<JobDraft?> GatherAsync(ChangeQueue queue, ChangeBatch run, CancellationToken cancellationToken)
    {
        var draft = new JobDraft(run.Mapped, run.Operation, parts.Options.Push);
        do
        {
            var taken = queue.Ready.TakeWhile(draft.TryAdd).Count();
            queue.RemoveFirst(taken);
        }
        while (queue.Changes.Count == 0 && await queue.ClaimMoreAsync(cancellationToken));
        if (draft.IsWorthwhile)
            return draft;
        queue.PutBack(draft.First);
        return null;
    }

    /// <returns>Null when the org took no job and the changes went by calls.</returns>
    private async Task<BulkJob?> SubmitAsync(JobDraft draft, ChangeQueue queue, CancellationToken cancellationToken)
    {
        var mapping = parts.Mappings.Of(draft.Mapped);
        if (settler.Holds(draft.ChangesByKey.Values))
            await settler.DrainAsync(cancellationToken);
        if (draft.Settled.Count > 0)
        {
            await AddAsync(mapping, draft.Settled, jobId: null, cancellationToken);
            queue.Learn(draft.Settled);
        }

        sender.LeaveGate();
        await session.RestAsync();
        var client = parts.Writer.JobsOf(draft.Mapped.Name);
        string? jobId = null;
        try
        {
            var unique = draft.Operation == WriteOperation.Upsert ? draft.Mapped.UniqueIdentifier?.Description.Name : null;
            var rule = draft.Operation == WriteOperation.Delete ? null : parts.Options.Push.Assignment.RuleOf(draft.Mapped.Name);
            var made = await client.CreateAsync(
                draft.Mapped.Name, BulkJob.OperationOf(draft.Operation), unique, rule, cancellationToken);
            jobId = made.Id;
            Failpoints.Reach("push.job.made");
            var stored = new StoredJob
            {
                Id = made.Id,
                ObjectName = draft.Mapped.Name,
                Operation = draft.Operation,
                Changes = [.. draft.ChangesByKey.Values.Select(change => change.Id)],
            };
            await _ledger.AddAsync(await session.OpenAsync(cancellationToken), stored, cancellationToken);
            Failpoints.Reach("push.job.stored");
            await session.RestAsync();
            await client.UploadAsync(made.Id, draft.Csv.Segments, cancellationToken);
            Failpoints.Reach("push.job.uploaded");
            await CompleteAsync(client, made.Id, cancellationToken);
            Failpoints.Reach("push.job.completed");
            LogSubmitted(made.Id, draft.ChangesByKey.Count, draft.Mapped.Name);
            return new BulkJob(made.Id, mapping, draft.Operation, draft.ChangesByKey);
        }
        catch (SalesforceException exception)
        {
            // Nothing was begun; a call meets the same trouble, and judges it.
            LogFallsBack(exception, draft.ChangesByKey.Count, draft.Mapped.Name);
            if (exception.Code == SalesforceErrorCodes.InvalidEntity)
                _refused.Add(draft.Mapped.Name);
            if (jobId is not null)
                await GiveUpAsync(client, jobId, cancellationToken);
            queue.Learn(await SendRestAsync(mapping, draft.Operation, [.. draft.ChangesByKey.Values], cancellationToken));
            return null;
        }
    }

    /// <summary>The commit point of a job. Whether a lost declaration arrived, the job's state tells.</summary>
    private async Task CompleteAsync(BulkIngestClient client, string jobId, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await client.CompleteUploadAsync(jobId, cancellationToken);
                return;
            }
            catch (SalesforceException exception)
            {
                var fault = FaultPolicy.Judge(exception);
                if (await FindAsync(client, jobId, cancellationToken) is { IsOpen: false })
                    return;
                if (fault.Action != FaultAction.Retry || attempt >= parts.Options.RecordAttempts)
                    throw;
                await Task.Delay(FaultPolicy.PauseAfter(fault, attempt), parts.TimeProvider, cancellationToken);
            }
        }
    }

    /// <returns>What the job made of its changes, and the calls of those that it left.</returns>
    private async Task<IReadOnlyList<Outcome>> FinishAsync(BulkJob job, CancellationToken cancellationToken)
    {
        var client = parts.Writer.JobsOf(job.Mapping.Mapped.Name);
        await session.RestAsync();
        var ended = await WaitAsync(client, job, cancellationToken);
        var outcomes = ended is null ? [] : await RetryAsync(
            token => new JobResults(client, job).ReadAsync(ended, token), cancellationToken);
        Failpoints.Reach("push.job.read");
        if (ended is { State: not "JobComplete" } failed)
        {
            LogFailed(job.Id, job.Mapping.Mapped.Name, failed.State, failed.NumberRecordsProcessed);
            if (failed.NumberRecordsProcessed == 0)
                _refused.Add(job.Mapping.Mapped.Name);
        }

        var known = outcomes.Where(outcome => !GoesByCall(outcome.Result)).ToList();
        var done = known.Select(outcome => outcome.Change.Id).ToHashSet();
        var rest = job.ChangesByKey.Values.Where(change => !done.Contains(change.Id)).ToList();
        await AddAsync(job.Mapping, known, job.Id, cancellationToken);
        return rest.Count == 0 ? known : [.. known, .. await SendRestAsync(job.Mapping, job.Operation, rest, cancellationToken)];
    }

    /// <summary>
    /// What is not the record's own matter, for calls judge that; and what a job cannot ask for and a call can: that a duplicate is saved.
    /// </summary>
    private bool GoesByCall(WriteResult result) => !result.IsSaved
        && (FaultPolicy.JudgeRecord(result.Code, result.Message) != RecordAction.Fail
            || (parts.Options.Push.SavesDuplicates && result.Code == SalesforceErrorCodes.DuplicatesDetected));

    /// <summary>Hands outcomes over in parts, the job with the last of them.</summary>
    private async Task AddAsync(
        LiveMapping mapping, IReadOnlyList<Outcome> outcomes, string? jobId, CancellationToken cancellationToken)
    {
        using var passage = await sender.EnterGateAsync(mapping, cancellationToken);
        var chunks = outcomes.Chunk(parts.Options.Push.SettleRows).DefaultIfEmpty([]).ToList();
        for (var at = 0; at < chunks.Count; at++)
        {
            await settler.AddAsync(
                new SentBatch(mapping, chunks[at], passage.Share()) { EndedJobId = at == chunks.Count - 1 ? jobId : null },
                cancellationToken);
        }
    }

    /// <summary>By calls, with their values from the log; those that a user has settled meanwhile are left.</summary>
    private async Task<IReadOnlyList<Outcome>> SendRestAsync(
        LiveMapping mapping, WriteOperation operation, List<Change> rest, CancellationToken cancellationToken)
    {
        var outcomes = new List<Outcome>();
        foreach (var ids in rest.Select(change => change.Id).Order(Comparer<ChangeId>.Create((a, b) => a.Value.CompareTo(b.Value)))
            .Chunk(parts.Options.Push.CallRecords))
        {
            var connection = await session.OpenAsync(cancellationToken);
            var claimed = await parts.ChangeLog.ReadClaimedAsync(connection, ids, cancellationToken);
            var changes = await _parents.ResolveAsync(connection, claimed, cancellationToken);
            if (!mapping.IsPushable)
                await parts.ChangeLog.ReleaseAsync(connection, ids, cancellationToken);
            else if (changes.Count > 0)
            {
                var batch = new ChangeBatch { Mapped = mapping.Mapped, Operation = operation, Changes = changes };
                outcomes.AddRange(await sender.SendAsync(batch, isUncertain: true, cancellationToken));
            }
        }

        return outcomes;
    }

    /// <returns>Null when the org has no such job any more.</returns>
    private async Task<BulkIngestJob?> WaitAsync(BulkIngestClient client, BulkJob job, CancellationToken cancellationToken)
    {
        var started = parts.TimeProvider.GetTimestamp();
        var interval = _perRecord * job.ChangesByKey.Count * 0.9;
        while (true)
        {
            await Task.Delay(Between(interval), parts.TimeProvider, cancellationToken);
            var found = await FindAsync(client, job.Id, cancellationToken);
            var elapsed = parts.TimeProvider.GetElapsedTime(started);
            if (found is null or { HasEnded: true })
            {
                if (job.ChangesByKey.Count > 0)
                    _perRecord = elapsed / job.ChangesByKey.Count;
                return found;
            }

            interval = elapsed / 4;
        }
    }

    private static TimeSpan Between(TimeSpan interval) =>
        interval < ShortestInterval ? ShortestInterval : interval > LongestInterval ? LongestInterval : interval;

    private Task<BulkIngestJob?> FindAsync(BulkIngestClient client, string jobId, CancellationToken cancellationToken) =>
        RetryAsync(token => client.FindAsync(jobId, token), cancellationToken);

    /// <summary>Reading changes nothing and nothing goes on without the answer: tried until it comes or a person must help.</summary>
    private async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await read(cancellationToken);
            }
            catch (SalesforceException exception) when (
                FaultPolicy.Judge(exception) is { Action: FaultAction.Retry or FaultAction.WaitForAllowance })
            {
                LogTryAgain(exception);
                await Task.Delay(FaultPolicy.PauseAfter(FaultPolicy.Judge(exception), attempt), parts.TimeProvider, cancellationToken);
            }
        }
    }

    /// <summary>An open job does nothing; the org drops it by itself when it cannot be told.</summary>
    private async Task GiveUpAsync(BulkIngestClient client, string jobId, CancellationToken cancellationToken)
    {
        try
        {
            await client.AbortAsync(jobId, cancellationToken);
        }
        catch (SalesforceException exception)
        {
            LogNotAborted(exception, jobId);
        }

        await _ledger.ForgetAsync(await session.OpenAsync(cancellationToken), jobId, cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "The Bulk job {JobId} works on {Changes} changes of {ObjectName}")]
    private partial void LogSubmitted(string jobId, int changes, string objectName);

    [LoggerMessage(LogLevel.Warning, "{Changes} changes of {ObjectName} could not be sent by a Bulk job; they are sent by calls")]
    private partial void LogFallsBack(Exception exception, int changes, string objectName);

    [LoggerMessage(LogLevel.Warning, "The Bulk job {JobId} of {ObjectName} ended as {State} after {Records} records; calls send the rest")]
    private partial void LogFailed(string jobId, string objectName, string state, long records);

    [LoggerMessage(LogLevel.Information, "Settling the Bulk job {JobId} with {Changes} changes of {ObjectName} that an earlier run left")]
    private partial void LogRecovering(string jobId, int changes, string objectName);

    [LoggerMessage(LogLevel.Warning, "The org does not tell of a Bulk job; asking again")]
    private partial void LogTryAgain(Exception exception);

    [LoggerMessage(LogLevel.Information, "The Bulk job {JobId} could not be aborted; it was never begun and expires")]
    private partial void LogNotAborted(Exception exception, string jobId);
}
