using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Load;
using Tandem.Salesforce;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Sends the change log to the org in the order of capture. A unit is a batch of at most 200 changes: claimed, sent, read back, and
/// then the log's states, the rows' sfids and what Salesforce made of the values are committed together. A crash after the claim
/// leaves PENDING entries; the next start settles them: updates, deletes and upserts are sent again, which changes nothing the second
/// time, and plain creates are looked for in the org first (<see cref="LostInserts"/>). A rejected record becomes FAILED and stops
/// nothing else.
/// </summary>
public sealed partial class PushLoop(
    LiveMappings mappings, RecordWriter writer, SyncOptions options, TimeProvider timeProvider, ILogger<PushLoop> logger)
{
    private const int MostDeadlocks = 5;

    /// <summary>How long to wait for transactions that will not announce themselves, at first and at most.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(100);

    private readonly ChangeLog _changeLog = new(mappings.Schema);

    /// <summary>When an answer was lost last, or an earlier run's end was found; a time of the provider's.</summary>
    private long _lostAt;

    /// <summary>Runs until cancelled. A failure that is not the records' ends it; the shift judges that and runs it again.</summary>
    public async Task RunAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var listener = new ChannelListener(dataSource, ReservedNames.LogChannel(mappings.Schema), timeProvider);
        var recovered = new HashSet<string>(StringComparer.Ordinal);
        var look = FirstLook;
        while (true)
        {
            var tables = mappings.PushableTables;
            if (tables.Where(recovered.Add).ToList() is { Count: > 0 } fresh)
                await RecoverAsync(connection, fresh, cancellationToken);

            var changes = await _changeLog.ClaimAsync(connection, tables, ChangeBatches.MostRecords, cancellationToken);
            if (changes.Count == 0)
            {
                look = await RestAsync(listener, look, cancellationToken);
                continue;
            }

            look = FirstLook;
            await listener.StayAwakeAsync(cancellationToken);
            Failpoints.Reach("push.claimed");
            await PushAllAsync(connection, changes, isUncertain: false, cancellationToken);
        }
    }

    /// <summary>After a look that found nothing: sleeps if nothing can be overlooked, else makes the next look the last one.</summary>
    /// <returns>How long to rest the next time that transactions are under way which will not call.</returns>
    private async Task<TimeSpan> RestAsync(ChannelListener listener, TimeSpan look, CancellationToken cancellationToken)
    {
        if (listener.IsCalled)
        {
            await WaitAsync(token => listener.WaitAsync(options.PushFallback, token), cancellationToken);
            await listener.StayAwakeAsync(cancellationToken);
            return FirstLook;
        }

        if (await listener.TryToBeCalledAsync(cancellationToken))
            return FirstLook;
        await WaitAsync(token => Task.Delay(look, timeProvider, token), cancellationToken);
        return look * 2 < LongestLook ? look * 2 : LongestLook;
    }

    /// <summary>Until the change log calls or it is time for a look, or another table has become ready to push.</summary>
    private async Task WaitAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var notified = wait(stop.Token);
        var pushable = mappings.WaitForPushableAsync(stop.Token);
        await Task.WhenAny(notified, pushable);
        await stop.CancelAsync();
        await Task.WhenAll(notified, pushable).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Settles what an earlier run had claimed and did not finish.</summary>
    private async Task RecoverAsync(NpgsqlConnection connection, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        _lostAt = timeProvider.GetTimestamp();
        var changes = await _changeLog.ReadPendingAsync(connection, tables, cancellationToken);
        if (changes.Count == 0)
            return;
        LogRecovering(changes.Count);
        Failpoints.Reach("push.recovering");
        await PushAllAsync(connection, changes, isUncertain: true, cancellationToken);
    }

    /// <summary>
    /// Batch after batch. What a batch makes known counts for the next: the id of a record that it inserted, and that a mapping is held.
    /// </summary>
    private async Task PushAllAsync(
        NpgsqlConnection connection, IReadOnlyList<Change> changes, bool isUncertain, CancellationToken cancellationToken)
    {
        var rest = changes.ToList();
        while (rest.Count > 0)
        {
            var batch = ChangeBatches.Split(rest, mappings.ObjectsByTable).First();
            rest.RemoveRange(0, batch.Changes.Count);
            var sfids = (await PushAsync(connection, batch, isUncertain, cancellationToken))
                .Where(outcome => outcome.Result is { IsSaved: true, Id: not null })
                .ToDictionary(outcome => outcome.Change.RecordId, outcome => outcome.Result.Id?.Value);
            var table = batch.Mapped.Table.Name;
            rest = rest.ConvertAll(change =>
                change.Table == table && change.Sfid is null && sfids.TryGetValue(change.RecordId, out var sfid)
                    ? change with { Sfid = sfid }
                    : change);
            if (mappings.Of(batch.Mapped).IsPushable)
                continue;

            // Released changes are claimed as never sent; those of an earlier run stay claimed, so that the next one settles them.
            var held = rest.Where(change => change.Table == table).Select(change => change.Id).ToList();
            if (!isUncertain)
                await _changeLog.ReleaseAsync(connection, held, cancellationToken);
            rest.RemoveAll(change => change.Table == table);
        }
    }

    /// <returns>What became of the batch's changes; those that are held have no outcome.</returns>
    private async Task<IReadOnlyList<Outcome>> PushAsync(
        NpgsqlConnection connection, ChangeBatch batch, bool isUncertain, CancellationToken cancellationToken)
    {
        var mapping = mappings.Of(batch.Mapped);
        using (await mapping.Gate.EnterAsync(cancellationToken))
        {
            var outcomes = new List<Outcome>();
            var rest = batch;
            for (var attempt = 1; rest.Changes.Count > 0; attempt++)
            {
                if (isUncertain && rest.Operation == WriteOperation.Create)
                {
                    await WaitForLostAsync(cancellationToken);
                    outcomes.AddRange(await writer.FindLostAsync(rest, connection, cancellationToken));
                    rest = Without(rest, outcomes);
                }

                var fault = new Fault(FaultAction.Retry, "");
                try
                {
                    var sent = await writer.SendAsync(rest, cancellationToken);
                    Failpoints.Reach("push.sent");
                    isUncertain = false;
                    outcomes.AddRange(sent.Where(outcome => attempt >= options.RecordAttempts || !IsPassing(outcome)));
                    rest = Without(rest, outcomes);
                    if (rest.Changes.Count == 0)
                        break;
                    LogSendAgain(rest.Changes.Count, batch.Mapped.Name, attempt);
                }
                catch (SalesforceException exception)
                {
                    isUncertain = exception.IsUncertain;
                    _lostAt = timeProvider.GetTimestamp();
                    fault = FaultPolicy.Judge(exception);
                    if (fault.Action is not (FaultAction.Retry or FaultAction.WaitForAllowance))
                    {
                        await HoldAsync(connection, mapping, rest, fault, cancellationToken);
                        break;
                    }

                    LogTryAgain(exception, rest.Changes.Count, batch.Mapped.Name);
                }

                await Task.Delay(FaultPolicy.PauseAfter(fault, attempt), timeProvider, cancellationToken);
            }

            await SettleAsync(connection, mapping, outcomes, cancellationToken);
            return outcomes;
        }
    }

    /// <summary>One pause serves all batches of a recovery: what was under way when they were lost is at its end after it.</summary>
    private async Task WaitForLostAsync(CancellationToken cancellationToken)
    {
        var left = options.LostInsertPause - timeProvider.GetElapsedTime(_lostAt);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, timeProvider, cancellationToken);
    }

    private static bool IsPassing(Outcome outcome) => !outcome.Result.IsSaved && FaultPolicy.IsPassing(outcome.Result.Code);

    /// <summary>Puts changes back that cannot be sent until a person has acted: nothing is lost, and the others go on.</summary>
    private async Task HoldAsync(
        NpgsqlConnection connection, LiveMapping mapping, ChangeBatch batch, Fault fault, CancellationToken cancellationToken)
    {
        await _changeLog.ReleaseAsync(connection, [.. batch.Changes.Select(change => change.Id)], cancellationToken);
        LogHeld(batch.Changes.Count, batch.Mapped.Name, fault.Sentence);
        if (fault.Action == FaultAction.StopConnection)
            throw new ShiftEndedException(fault.Sentence);
        mapping.HoldPush(fault);
    }

    private async Task SettleAsync(
        NpgsqlConnection connection, LiveMapping mapping, List<Outcome> outcomes, CancellationToken cancellationToken)
    {
        if (outcomes.Count == 0)
            return;
        var mapped = BehindFilter(mapping.Mapped);
        using var rows = new CopyRows();
        await writer.ReadBackAsync(mapped, outcomes, rows, cancellationToken);

        // An application that locks rows in another order may be waited for in a circle. The outcomes must not be lost over that: without
        // them each insert of the batch would have to be looked for in the org.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CommitAsync(connection, mapped, outcomes, rows, cancellationToken);
                break;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < MostDeadlocks)
            {
                LogDeadlock(exception, outcomes.Count, mapped.Name);
            }
        }

        mapping.Gate.NotePushed(outcomes.Select(outcome => outcome.Result.Id?.Value ?? outcome.Change.Sfid).OfType<string>());
        var rejected = outcomes.Count(outcome => !outcome.Result.IsSaved);
        mapping.NoteChange(timeProvider.GetUtcNow());
        LogPushed(outcomes.Count - rejected, rejected, mapped.Name);
    }

    /// <summary>
    /// What is sent may take the record out of the mapping's filter, and reading back by ids does not ask for that. So the row keeps its
    /// old stamp: older than its record, it is one that the next poll either brings anew or removes, whatever happens until then.
    /// </summary>
    private static MappedObject BehindFilter(MappedObject mapped) => mapped.Mapping.Filter is null
        ? mapped
        : mapped with { Fields = [.. mapped.Fields.Where(field => field.Description.Name != mapped.CursorField)] };

    /// <summary>The log's states, the rows' sfids and the read back values, together.</summary>
    private async Task CommitAsync(
        NpgsqlConnection connection, MappedObject mapped, List<Outcome> outcomes, CopyRows rows, CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        await _changeLog.SettleAsync(connection, transaction, [.. outcomes.Select(ToSettlement)], cancellationToken);
        if (rows.RowCount > 0)
            await mapped.Merger.MergeAsync(connection, transaction, mapped.Columns, rows, cancellationToken);
        Failpoints.Reach("push.settling");
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("push.settled");
    }

    private Settlement ToSettlement(Outcome outcome)
    {
        var (change, result) = outcome;
        return new Settlement
        {
            Change = change.Id,
            Table = change.Table,
            RecordId = change.RecordId,
            Action = change.Action,
            State = result.IsSaved ? SettledState.Success : SettledState.Failed,
            Sfid = result.Id?.Value,
            Message = result.IsSaved ? null : $"{result.Code}: {result.Message}",
            ErrorJson = result.IsSaved ? null : JsonSerializer.Serialize(new
            {
                code = result.Code,
                message = result.Message,
                fields = result.Fields,
                at = timeProvider.GetUtcNow(),
            }),
        };
    }

    private static ChangeBatch Without(ChangeBatch batch, List<Outcome> outcomes)
    {
        var done = outcomes.Select(outcome => outcome.Change.Id).ToHashSet();
        return batch with { Changes = [.. batch.Changes.Where(change => !done.Contains(change.Id))] };
    }

    [LoggerMessage(LogLevel.Information, "Settling {Changes} changes that an earlier run left under way")]
    private partial void LogRecovering(int changes);

    [LoggerMessage(LogLevel.Information, "Pushed {Saved} changes of {ObjectName}, {Rejected} rejected")]
    private partial void LogPushed(int saved, int rejected, string objectName);

    [LoggerMessage(LogLevel.Information, "{Records} records of {ObjectName} were locked or busy in attempt {Attempt}; sending them again")]
    private partial void LogSendAgain(int records, string objectName, int attempt);

    [LoggerMessage(LogLevel.Information, "The outcomes of {Changes} changes of {ObjectName} met a deadlock; writing them again")]
    private partial void LogDeadlock(Exception exception, int changes, string objectName);

    [LoggerMessage(LogLevel.Warning, "{Changes} changes of {ObjectName} could not be sent; trying again")]
    private partial void LogTryAgain(Exception exception, int changes, string objectName);

    [LoggerMessage(LogLevel.Error, "{Changes} changes of {ObjectName} wait for a person: {Sentence}")]
    private partial void LogHeld(int changes, string objectName, string sentence);
}
