using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;

namespace Tandem.Sync.Push;

/// <summary>
/// Sends claimed changes to the org, one call after the other in the order of capture, and hands the outcomes to the
/// <see cref="Settler"/>, which writes them while the next call is under way. Side by side go only changes of one object and one
/// operation, each of another record. A change waits until the earlier ones of its record are in the database, so that a crash never
/// leaves two of one record to be sent again. Records that are locked or busy are sent again before anything behind them.
/// </summary>
internal sealed partial class ChangeSender(PushParts parts, Settler settler) : IDisposable
{
    private readonly GateHold _gate = new(parts.TimeProvider, parts.Options.Push.LongestGate);
    private readonly ILogger _logger = parts.Logger;

    /// <summary>When an answer was lost last, or an earlier run's end was found; a time of the provider's.</summary>
    private long _lostAt;

    private JobSender? _jobs;
    private ParentsFirst? _parents;

    private JobSender Jobs => _jobs ??= new JobSender(parts, settler, this);

    private ParentsFirst Parents => _parents ??= new ParentsFirst(parts, settler, this);

    /// <summary>Settles the Bulk jobs that an earlier run left under way.</summary>
    public Task RecoverJobsAsync(NpgsqlConnection connection, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        Jobs.RecoverAsync(connection, tables, cancellationToken);

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
            var run = ChangeBatches.TakeRun(queue.Ready, parts.Mappings.ObjectsByTable);
            var mayGrow = run.Changes.Count == queue.Changes.Count && run.Changes.Count < parts.Options.Push.BulkFrom;
            if (mayGrow && await queue.ClaimMoreAsync(cancellationToken))
                continue;
            if (!await Jobs.TrySendAsync(queue, run, cancellationToken))
                await SendNextAsync(queue, run, isUncertain, cancellationToken);
        }
    }

    /// <summary>Enters the mapping's gate for outcomes that came without it.</summary>
    public Task<SharedPassage> EnterGateAsync(LiveMapping mapping, CancellationToken cancellationToken) =>
        _gate.EnterAsync(mapping, cancellationToken);

    /// <summary>Lets the polls go on; what is under way keeps them waiting until it is settled.</summary>
    public void LeaveGate() => _gate.Dispose();

    public void Dispose() => _gate.Dispose();

    /// <summary>Sends the batch, and what the org passed over again. Called for what a Bulk job leaves, too.</summary>
    /// <returns>What became of the changes; those that are held have no outcome.</returns>
    public async Task<IReadOnlyList<Outcome>> SendAsync(
        NpgsqlConnection connection, ChangeBatch batch, bool isUncertain, CancellationToken cancellationToken)
    {
        var mapping = parts.Mappings.Of(batch.Mapped);
        var done = new List<Outcome>();
        using var passage = await _gate.EnterAsync(mapping, cancellationToken);
        for (var attempt = 1; batch.Changes.Count > 0; attempt++)
        {
            if (isUncertain && batch.Operation == WriteOperation.Create)
            {
                await WaitForLostAsync(cancellationToken);
                batch = await TakeAsync(await parts.Writer.FindLostAsync(batch, connection, cancellationToken));
                if (batch.Changes.Count == 0)
                    break;
            }

            var (outcomes, failure) = await parts.Writer.SendAsync(batch, cancellationToken);
            Failpoints.Reach("push.sent");
            isUncertain = failure is { IsUncertain: true };
            batch = await TakeAsync([.. outcomes.Where(outcome => attempt >= parts.Options.RecordAttempts || !IsPassing(outcome))]);
            if (batch.Changes.Count == 0)
                break;
            var fault = new Fault(FaultAction.Retry, "");
            if (failure is null)
                LogSendAgain(batch.Changes.Count, batch.Mapped.Name, attempt);
            else
            {
                _lostAt = parts.TimeProvider.GetTimestamp();
                fault = FaultPolicy.Judge(failure);
                if (fault.Action is not (FaultAction.Retry or FaultAction.WaitForAllowance))
                {
                    await HoldAsync(connection, mapping, batch, fault, cancellationToken);
                    break;
                }

                LogTryAgain(failure, batch.Changes.Count, batch.Mapped.Name);
            }

            await Task.Delay(FaultPolicy.PauseAfter(fault, attempt), parts.TimeProvider, cancellationToken);
        }

        return done;

        async Task<ChangeBatch> TakeAsync(IReadOnlyList<Outcome> outcomes)
        {
            if (outcomes.Count == 0)
                return batch;
            done.AddRange(outcomes);
            await settler.AddAsync(new SentBatch(mapping, outcomes, passage.Share()), cancellationToken);
            return Without(batch, outcomes);
        }
    }

    /// <summary>
    /// The next call. What it makes known counts for the rest: the id of a record that it inserted, and that a mapping is held.
    /// </summary>
    private async Task SendNextAsync(ChangeQueue queue, ChangeBatch run, bool isUncertain, CancellationToken cancellationToken)
    {
        var batch = run with { Changes = [.. run.Changes.Take(parts.Options.Push.CallRecords)] };
        queue.RemoveFirst(batch.Changes.Count);
        if (settler.Holds(batch.Changes))
            await settler.DrainAsync(cancellationToken);
        queue.Learn(await SendAsync(queue.Connection, batch, isUncertain, cancellationToken));
        if (parts.Mappings.Of(batch.Mapped).IsPushable)
            return;

        // Released changes are claimed as never sent; those of an earlier run stay claimed, so that the next one settles them.
        var held = queue.RemoveTable(batch.Mapped.Table.Name);
        if (!isUncertain)
            await parts.ChangeLog.ReleaseAsync(queue.Connection, [.. held.SelectMany(change => change.EntryIds)], cancellationToken);
    }

    /// <summary>One pause serves all batches of a recovery: what was under way when they were lost is at its end after it.</summary>
    private async Task WaitForLostAsync(CancellationToken cancellationToken)
    {
        var left = parts.Options.LostInsertPause - parts.TimeProvider.GetElapsedTime(_lostAt);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, parts.TimeProvider, cancellationToken);
    }

    private static bool IsPassing(Outcome outcome) => !outcome.Result.IsSaved && FaultPolicy.IsPassing(outcome.Result.Code);

    /// <summary>Puts changes back that cannot be sent until a person has acted: nothing is lost, and the others go on.</summary>
    private async Task HoldAsync(
        NpgsqlConnection connection, LiveMapping mapping, ChangeBatch batch, Fault fault, CancellationToken cancellationToken)
    {
        await parts.ChangeLog.ReleaseAsync(connection, [.. batch.Changes.SelectMany(change => change.EntryIds)], cancellationToken);
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
