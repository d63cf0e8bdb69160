using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Salesforce.Records;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Telemetry;

namespace Tandem.Sync.Push;

/// <summary>
/// Sends claimed changes to the org, one call after the other in the order of capture, and hands the outcomes to the
/// <see cref="Settler"/>, which writes them while the next call is under way. Side by side go only changes of one object and one
/// operation, each of another record. A change waits until the earlier ones of its record are in the database, so that a crash never
/// leaves two of one record to be sent again. Records that are locked or busy are sent again before anything behind them.
/// </summary>
internal sealed partial class ChangeSender(PushParts parts, Settler settler, OnDemandSession session) : IDisposable
{
    private readonly GateHold _gate = new(parts.TimeProvider, parts.Options.Push.LongestGate);
    private readonly ILogger _logger = parts.Logger;

    /// <summary>When an answer was lost last, or an earlier run's end was found; a time of the provider's.</summary>
    private long _lostAt;

    private JobSender? _jobs;
    private ParentsFirst? _parents;

    private JobSender Jobs => _jobs ??= new JobSender(parts, settler, this, session);

    private ParentsFirst Parents => _parents ??= new ParentsFirst(parts, settler, this);

    /// <summary>Settles the Bulk jobs that an earlier run left under way.</summary>
    public Task RecoverJobsAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        Jobs.RecoverAsync(tables, cancellationToken);

    /// <summary>Sends all that the queue holds, and all that it can claim meanwhile.</summary>
    /// <param name="isUncertain">The changes may have been carried out already.</param>
    public async Task SendAllAsync(ChangeQueue queue, bool isUncertain, CancellationToken cancellationToken)
    {
        if (isUncertain)
            _lostAt = parts.TimeProvider.GetTimestamp();
        while (queue.Changes.Count > 0)
        {
            if (!await Parents.MakeReadyAsync(queue, isUncertain, cancellationToken))
                continue;
            var run = ChangeBatches.TakeRun(queue.Ready, parts.Mappings.ObjectsByTable, parts.Options.Push.LongestLook);
            var mayGrow = run.Changes.Count == queue.Changes.Count && run.Changes.Count < parts.Options.Push.BulkFrom;
            if (mayGrow && await queue.ClaimMoreAsync(cancellationToken))
                continue;
            if (!await Jobs.TrySendAsync(queue, run, cancellationToken))
                await SendNextAsync(queue, run, isUncertain, cancellationToken);
        }
    }

    /// <summary>Enters the mapping's gate for outcomes that came without it.</summary>
    public async Task<SharedPassage> EnterGateAsync(LiveMapping mapping, CancellationToken cancellationToken)
    {
        var entering = _gate.EnterAsync(mapping, cancellationToken);
        if (!entering.IsCompleted)
            await session.RestAsync();
        return await entering;
    }

    /// <summary>Lets the polls go on; what is under way keeps them waiting until it is settled.</summary>
    public void LeaveGate() => _gate.Dispose();

    public void Dispose() => _gate.Dispose();

    /// <summary>Sends the batch, and what the org passed over again. Called for what a Bulk job leaves, too.</summary>
    /// <returns>What became of the changes; those that are held have no outcome.</returns>
    public async Task<IReadOnlyList<Outcome>> SendAsync(ChangeBatch batch, bool isUncertain, CancellationToken cancellationToken)
    {
        var mapping = parts.Mappings.Of(batch.Mapped);
        var done = new List<Outcome>();
        var refusals = 0;
        for (var attempt = 1; batch.Changes.Count > 0; attempt++)
        {
            var isLast = refusals + 1 >= parts.Options.RecordAttempts;
            var (sent, wasUncertain) = (batch, isUncertain);
            var verdict = await SyncTelemetry.TraceAsync(
                SyncTelemetry.PushSpan,
                batch.Mapped,
                () => TryAsync(sent, wasUncertain, isLast, done, cancellationToken));
            batch = verdict.Rest;
            if (batch.Changes.Count == 0)
                break;
            isUncertain = verdict.Failure is { IsUncertain: true };
            refusals += verdict.HasPassing ? 1 : 0;
            if (verdict.MustSplit)
            {
                foreach (var changes in batch.Changes.Chunk((batch.Changes.Count + 1) / 2))
                    done.AddRange(await SendAsync(batch with { Changes = changes }, isUncertain, cancellationToken));
                break;
            }

            if (verdict.Failure is not null)
                _lostAt = parts.TimeProvider.GetTimestamp();
            if (verdict.Fault.Action is not (FaultAction.Retry or FaultAction.WaitForAllowance))
            {
                await HoldAsync(mapping, batch, verdict.Fault, cancellationToken);
                break;
            }

            if (verdict.Failure is null)
                LogSendAgain(batch.Changes.Count, batch.Mapped.Name, attempt);
            else
                LogTryAgain(verdict.Failure, batch.Changes.Count, batch.Mapped.Name);

            // What is done already need not wait for more, and the next try may have to wait for its gate.
            await settler.FlushAsync(cancellationToken);

            // During a long pause nothing is under way, so the polls may go on.
            if (verdict.Fault.Action == FaultAction.WaitForAllowance)
                LeaveGate();
            await Task.Delay(FaultPolicy.PauseAfter(verdict.Fault, attempt), parts.TimeProvider, cancellationToken);
        }

        return done;
    }

    /// <summary>One try within the mapping's gate.</summary>
    /// <param name="isLast">What may pass has been sent often enough by then.</param>
    /// <param name="done">Takes what is settled.</param>
    private async Task<Verdict> TryAsync(
        ChangeBatch batch, bool isUncertain, bool isLast, List<Outcome> done, CancellationToken cancellationToken)
    {
        var mapping = parts.Mappings.Of(batch.Mapped);
        using var passage = await EnterGateAsync(mapping, cancellationToken);
        if (isUncertain && LostInserts.MustLook(batch))
        {
            // A record that another insert made is no candidate, and only the log tells of it: its outcome must be there first.
            await settler.DrainAsync(cancellationToken);

            // An upsert finds by itself what comes into being after the look.
            if (batch.Operation == WriteOperation.Create)
                await WaitForLostAsync(cancellationToken);
            await TakeAsync(await parts.Writer.FindLostAsync(batch, session, cancellationToken), wereLost: true);
            if (batch.Changes.Count == 0)
                return new Verdict { Rest = batch };
        }

        await session.RestAsync();
        var sent = await parts.Writer.SendAsync(batch, parts.Options.Push, cancellationToken);
        Failpoints.Reach("push.sent");
        var settled = new List<Outcome>();
        var verdict = await JudgeAsync(batch, sent, isLast, settled, cancellationToken);
        await TakeAsync(settled, wereLost: false);
        return verdict with { Rest = batch };

        async Task TakeAsync(IReadOnlyList<Outcome> outcomes, bool wereLost)
        {
            if (outcomes.Count == 0)
                return;
            done.AddRange(outcomes);
            await settler.AddAsync(new SentBatch(mapping, outcomes, passage.Share()) { WasLost = wereLost }, cancellationToken);
            batch = Without(batch, outcomes);
        }
    }

    /// <param name="settled">Takes what needs no further try.</param>
    private async Task<Verdict> JudgeAsync(
        ChangeBatch batch, SendResult sent, bool isLast, List<Outcome> settled, CancellationToken cancellationToken)
    {
        var actions = sent.Outcomes.ToLookup(ActionOf);
        settled.AddRange(actions[null].Concat(actions[RecordAction.Fail]).Concat(isLast ? actions[RecordAction.SendAgain] : []));
        var verdict = new Verdict { Rest = batch, Failure = sent.Failure, HasPassing = actions[RecordAction.SendAgain].Any() };
        if (sent.Failure is { } failure)
        {
            var untold = Without(batch, sent.Outcomes).Changes;
            if (!FaultPolicy.IsOfARecord(failure))
                verdict = verdict with { Fault = FaultPolicy.Judge(failure) };
            else if (untold.Count > 1)
                verdict = verdict with { MustSplit = true };
            else
            {
                var result = WriteResult.Rejected(failure.Code, failure.Detail ?? failure.Message, []);
                settled.AddRange(untold.Select(change => new Outcome(change, result)));
            }
        }

        if (sent.Failure is null && actions[RecordAction.Wait].Any())
            verdict = verdict with { Fault = new Fault(FaultAction.WaitForAllowance, "") };
        if (actions[RecordAction.AskTheOrg].Any())
        {
            if (await FindBarAsync(batch, cancellationToken) is { } bar)
                return verdict with { Fault = bar, MustSplit = false };
            settled.AddRange(actions[RecordAction.AskTheOrg]);
        }

        return actions[RecordAction.Pause].FirstOrDefault() is { Result: { Code: { } code } refusal }
            ? verdict with { Fault = FaultPolicy.JudgeRefused(batch.Mapped.Name, code, refusal.Message), MustSplit = false }
            : verdict;
    }

    /// <summary>What the org tells of the object after it refused a record; null when that was about the record.</summary>
    private async Task<Fault?> FindBarAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            var sentence = await parts.Writer.FindBarAsync(batch.Mapped, batch.Operation, cancellationToken);
            return sentence is null ? null : new Fault(FaultAction.PauseMapping, sentence);
        }
        catch (SalesforceException exception)
        {
            return FaultPolicy.Judge(exception);
        }
    }

    private static RecordAction? ActionOf(Outcome outcome) =>
        outcome.Result.IsSaved ? null : FaultPolicy.JudgeRecord(outcome.Result.Code, outcome.Result.Message);

    /// <summary>
    /// The next call. What it makes known counts for the rest: the id of a record that it inserted, and that a mapping is held.
    /// </summary>
    private async Task SendNextAsync(ChangeQueue queue, ChangeBatch run, bool isUncertain, CancellationToken cancellationToken)
    {
        var batch = run with { Changes = [.. run.Changes.Take(parts.Options.Push.CallRecords)] };
        queue.RemoveFirst(batch.Changes.Count);
        if (settler.Holds(batch.Changes))
            await settler.DrainAsync(cancellationToken);
        queue.Learn(await SendAsync(batch, isUncertain, cancellationToken));
        if (parts.Mappings.Of(batch.Mapped).IsPushable)
            return;

        // Released changes are claimed as never sent; those of an earlier run stay claimed, so that the next one settles them.
        var held = queue.RemoveTable(batch.Mapped.Table.Name);
        if (!isUncertain)
            await parts.ChangeLog.ReleaseAsync(
                await session.OpenAsync(cancellationToken), [.. held.SelectMany(change => change.EntryIds)], cancellationToken);
    }

    /// <summary>One pause serves all batches of a recovery: what was under way when they were lost is at its end after it.</summary>
    private async Task WaitForLostAsync(CancellationToken cancellationToken)
    {
        var left = parts.Options.LostInsertPause - parts.TimeProvider.GetElapsedTime(_lostAt);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, parts.TimeProvider, cancellationToken);
    }

    /// <summary>Puts changes back that cannot be sent until a person has acted: nothing is lost, and the others go on.</summary>
    private async Task HoldAsync(LiveMapping mapping, ChangeBatch batch, Fault fault, CancellationToken cancellationToken)
    {
        await parts.ChangeLog.ReleaseAsync(
            await session.OpenAsync(cancellationToken), [.. batch.Changes.SelectMany(change => change.EntryIds)], cancellationToken);
        LogHeld(batch.Changes.Count, batch.Mapped.Name, fault.Sentence);
        if (fault.Action == FaultAction.StopConnection)
            throw new ShiftEndedException(fault.Sentence);
        mapping.HoldPush(fault);
    }

    private static ChangeBatch Without(ChangeBatch batch, IReadOnlyList<Outcome> outcomes)
    {
        var done = outcomes.Select(outcome => outcome.Change.Id).ToHashSet();
        return batch with { Changes = [.. batch.Changes.Where(change => !done.Contains(change.Id))] };
    }

    [LoggerMessage(LogLevel.Information, "{Records} records of {ObjectName} were locked or busy in attempt {Attempt}; sending them again")]
    private partial void LogSendAgain(int records, string objectName, int attempt);

    [LoggerMessage(LogLevel.Warning, "{Changes} changes of {ObjectName} could not be sent; trying again")]
    private partial void LogTryAgain(Exception exception, int changes, string objectName);

    [LoggerMessage(LogLevel.Error, "{Changes} changes of {ObjectName} wait for a person: {Sentence}")]
    private partial void LogHeld(int changes, string objectName, string sentence);
}
