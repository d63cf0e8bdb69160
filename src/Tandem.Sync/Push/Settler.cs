using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Sync.Faults;
using Tandem.Sync.Schema;
using Tandem.Sync.Telemetry;

namespace Tandem.Sync.Push;

/// <summary>
/// Writes outcomes to the database beside the next call: reads the written records back, then commits the log's states, the rows' sfids
/// and what Salesforce made of the values together. What came while it was busy it takes together, and reads that back while what was
/// before it is committed. A crash loses only what the log still holds as PENDING, and the next start settles that.
/// </summary>
/// <param name="ofSender">The sender's session, which others may have while the sender waits here.</param>
internal sealed partial class Settler(PushParts parts, OnDemandSession ofSender) : IDisposable
{
    private const int MostDeadlocks = 5;
    private const int MostWaiting = 16;

    private readonly Channel<Item> _items = Channel.CreateBounded<Item>(MostWaiting);
    private readonly JobLedger _jobs = new(parts.Mappings.Schema);
    private readonly Lock _lock = new();
    private readonly HashSet<(string Table, int RecordId)> _unsettled = [];
    private readonly ILogger _logger = parts.Logger;
    private int _inserts;

    /// <summary>The database does not know the ids of all inserted records yet.</summary>
    public bool HasInserts => Volatile.Read(ref _inserts) > 0;

    /// <summary>True when an outcome of one of these records is not in the database yet.</summary>
    public bool Holds(IEnumerable<Change> changes)
    {
        lock (_lock)
            return _unsettled.Count > 0 && changes.Any(change => _unsettled.Contains((change.Table, change.RecordId)));
    }

    /// <summary>Takes over a batch; waits while too many are under way.</summary>
    public async Task AddAsync(SentBatch batch, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _unsettled.UnionWith(batch.Outcomes.Select(KeyOf));
            _inserts += CountInserts(batch.Outcomes);
        }

        try
        {
            await WriteAsync(new Item(batch, null, IsRest: false), cancellationToken);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Nothing follows for now, so what was added need not wait for more.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => WriteAsync(new Item(null, null, IsRest: false), cancellationToken);

    /// <summary>Until all that was added is in the database.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_unsettled.Count == 0)
                return;
        }

        await DrainAsync(isRest: false, cancellationToken);
    }

    /// <summary>As above, and the session goes back to the pool until there is something to settle again.</summary>
    public Task RestAsync(CancellationToken cancellationToken) => DrainAsync(isRest: true, cancellationToken);

    /// <summary>Runs until cancelled; a failure ends it, and with it the push.</summary>
    public async Task RunAsync(TargetDatabase database, CancellationToken cancellationToken)
    {
        Item? carried = null;
        await using var lanes = new CommitLanes(database);
        try
        {
            while (true)
            {
                var item = carried ?? await NextAsync(lanes, cancellationToken);
                carried = null;
                if (item.Drained is { } drained)
                {
                    await lanes.Running;
                    if (item.IsRest)
                        await lanes.CloseAsync();
                    drained.TrySetResult();
                }

                if (item.Batch is null)
                    continue;
                var group = new SettleGroup(item.Batch);
                try
                {
                    carried = await GatherAsync(group, cancellationToken);
                    await ReadBackAsync(group, cancellationToken);
                    await lanes.StartAsync(
                        group.TellsOfRecords,
                        (connection, earlier) => SettleAsync(connection, group, earlier, cancellationToken),
                        cancellationToken);
                }
                catch
                {
                    group.Dispose();
                    throw;
                }
            }
        }
        finally
        {
            carried?.Batch?.Dispose();
        }
    }

    /// <summary>Gives the gates of what was never settled back.</summary>
    public void Dispose()
    {
        while (_items.Reader.TryRead(out var item))
            item.Batch?.Dispose();
    }

    private async Task DrainAsync(bool isRest, CancellationToken cancellationToken)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await WriteAsync(new Item(null, drained, isRest), cancellationToken);
        await ofSender.RestAsync();
        await drained.Task.WaitAsync(cancellationToken);
    }

    private async Task WriteAsync(Item item, CancellationToken cancellationToken)
    {
        if (_items.Writer.TryWrite(item))
            return;
        await ofSender.RestAsync();
        await _items.Writer.WriteAsync(item, cancellationToken);
    }

    /// <summary>What comes next; a commit that fails meanwhile ends the wait, and the session rests once there is none.</summary>
    private async Task<Item> NextAsync(CommitLanes lanes, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_items.Reader.TryRead(out var item))
                return item;
            var wait = _items.Reader.WaitToReadAsync(cancellationToken).AsTask();
            var running = lanes.Running;
            if (await Task.WhenAny(wait, running) == running)
            {
                await running;
                await lanes.RestAsync();
            }

            await wait;
        }
    }

    /// <summary>Adds what waits already, and a little of what comes next, as long as it is of the same mapping.</summary>
    /// <returns>What does not belong to the group; null when nothing came.</returns>
    private async Task<Item?> GatherAsync(SettleGroup group, CancellationToken cancellationToken)
    {
        var options = parts.Options.Push;
        using var patience = new CancellationTokenSource(options.SettleDelay, parts.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        while (group.Count < options.SettleRows)
        {
            if (_items.Reader.TryRead(out var next))
            {
                if (next.Batch is not { } batch || batch.Mapping != group.Mapping)
                    return next;
                group.Add(batch);
            }
            else if (group.Count >= options.ReadBackRecords || !await WaitAsync(either.Token, cancellationToken))
                return null;
        }

        return null;
    }

    /// <returns>False when nothing came in time.</returns>
    private async Task<bool> WaitAsync(CancellationToken limited, CancellationToken cancellationToken)
    {
        try
        {
            return await _items.Reader.WaitToReadAsync(limited);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ReadBackAsync(SettleGroup group, CancellationToken cancellationToken)
    {
        var mapped = group.Mapped;
        var atOnce = parts.Options.Push.ReadBackRecords;
        var found = WrittenIds(group.FoundOutcomes).ToList();
        group.Absent = await parts.Writer.ReadLiveAsync(mapped, found, group.FoundRows, cancellationToken);
        var written = WrittenIds(group.Outcomes).Except(found).ToList();
        var read = await parts.Writer.ReadBackAsync(BehindFilter(mapped), written, atOnce, group.Rows, cancellationToken);
        group.Settlements = [.. group.Outcomes.SelectMany(outcome => CarriedChanges.Settle(outcome, ToSettlement(outcome, read)))];
        Failpoints.Reach("push.read");
    }

    /// <summary>Disposes the group. With a Bulk job's last outcomes the job goes; all its others must be in the database by then.</summary>
    private async Task SettleAsync(NpgsqlConnection connection, SettleGroup group, Task earlier, CancellationToken cancellationToken)
    {
        await Task.Yield();
        using var disposed = group;
        if (group.EndedJobs.Any())
            await earlier;
        var (mapping, outcomes) = (group.Mapping, group.Outcomes);

        // An application that locks rows in another order may be waited for in a circle. The outcomes must not be lost over that: without
        // them each insert of the batch would have to be looked for in the org.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CommitAsync(connection, group, cancellationToken);
                break;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < MostDeadlocks)
            {
                LogDeadlock(exception, outcomes.Count, mapping.Mapped.Name);
            }
        }

        mapping.Gate.NotePushed(outcomes.Select(outcome => outcome.Result.Id?.Value ?? outcome.Change.Sfid).OfType<string>());
        var now = parts.TimeProvider.GetUtcNow();
        mapping.NoteChange(now);
        var rejected = outcomes.Count(outcome => !outcome.Result.IsSaved);
        mapping.Flow.NotePushed(outcomes.Count - rejected, now);
        SyncTelemetry.CountPushed(mapping.Mapped, outcomes.Count - rejected, rejected);
        LogPushed(outcomes.Count - rejected, rejected, mapping.Mapped.Name);
        await DeleteJobsAsync(group, cancellationToken);
        Forget(outcomes);
    }

    /// <summary>
    /// What is sent may take the record out of the mapping's filter, and reading back by ids does not ask for that. So the row keeps its
    /// old stamp: older than its record, it is one that the next poll either brings anew or removes, whatever happens until then.
    /// </summary>
    private static MappedObject BehindFilter(MappedObject mapped) => mapped.Mapping.Filter is null
        ? mapped
        : mapped with { Fields = [.. mapped.Fields.Where(field => field.Description.Name != mapped.CursorField)] };

    private static IEnumerable<SalesforceId> WrittenIds(IEnumerable<Outcome> outcomes) => outcomes
        .Where(outcome => outcome.Result.IsSaved && outcome.Change.Action != ChangeAction.Delete)
        .Select(outcome => outcome.Result.Id)
        .OfType<SalesforceId>()
        .Distinct();

    /// <summary>The log's states, the rows' sfids and the read back values, together; of a Bulk job's last outcomes the job too.</summary>
    private async Task CommitAsync(NpgsqlConnection connection, SettleGroup group, CancellationToken cancellationToken)
    {
        var mapped = group.Mapped;
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        await parts.ChangeLog.SettleAsync(connection, transaction, group.Settlements, cancellationToken);
        if (group.Rows.RowCount > 0)
            await mapped.Merger.MergeAsync(connection, transaction, BehindFilter(mapped).Columns, group.Rows, cancellationToken);
        if (group.FoundRows.RowCount > 0)
            await mapped.Merger.MergeAsync(connection, transaction, mapped.Columns, group.FoundRows, cancellationToken);
        if (group.Absent.Count > 0)
            await mapped.Merger.DeleteAsync(connection, transaction, group.Absent, cancellationToken);
        foreach (var jobId in group.EndedJobs)
            await _jobs.ForgetAsync(connection, jobId, cancellationToken);
        Failpoints.Reach("push.settling");
        await transaction.CommitAsync(cancellationToken);
        Failpoints.Reach("push.settled");
    }

    private Settlement ToSettlement(Outcome outcome, IReadOnlySet<string> read)
    {
        var (change, result) = outcome;
        return new Settlement
        {
            Change = change.Id,
            Table = change.Table,
            RecordId = change.RecordId,
            Action = change.Action,
            State = !result.IsSaved ? SettledState.Failed : result.Id is null ? SettledState.Ignored : SettledState.Success,
            Sfid = result.Id?.Value ?? change.Sfid,

            // A row whose sfid a user has changed is not the one that the merge finds.
            IsMerged = change.Sfid is { } sfid && read.Contains(sfid) && !change.Values.ContainsKey(ReservedNames.Sfid),
            Result = result is { IsSaved: true, Id: null } ? null : ResultNumber.Of(result),
            Message = result.IsSaved ? null : $"{result.Code}: {result.Message}",
            ErrorJson = result.IsSaved ? null : JsonSerializer.Serialize(new
            {
                code = result.Code,
                message = result.Message,
                fields = result.Fields,
                at = parts.TimeProvider.GetUtcNow(),
            }),
        };
    }

    /// <summary>Their results are in the database; what cannot be deleted expires in the org by itself.</summary>
    private async Task DeleteJobsAsync(SettleGroup group, CancellationToken cancellationToken)
    {
        foreach (var jobId in group.EndedJobs)
        {
            try
            {
                await parts.Writer.JobsOf(group.Mapped.Name).DeleteAsync(jobId, cancellationToken);
            }
            catch (SalesforceException exception)
            {
                LogJobNotDeleted(exception, jobId);
            }
        }
    }

    private void Forget(IReadOnlyList<Outcome> outcomes)
    {
        lock (_lock)
        {
            _unsettled.ExceptWith(outcomes.Select(KeyOf));
            _inserts -= CountInserts(outcomes);
        }
    }

    private static (string Table, int RecordId) KeyOf(Outcome outcome) => (outcome.Change.Table, outcome.Change.RecordId);

    private static int CountInserts(IReadOnlyList<Outcome> outcomes) => outcomes.Count(outcome => outcome.Change.Sfid is null);

    /// <summary>A batch, or a place in the order that somebody waits for.</summary>
    private readonly record struct Item(SentBatch? Batch, TaskCompletionSource? Drained, bool IsRest);

    [LoggerMessage(LogLevel.Information, "Pushed {Saved} changes of {ObjectName}, {Rejected} rejected")]
    private partial void LogPushed(int saved, int rejected, string objectName);

    [LoggerMessage(LogLevel.Information, "The outcomes of {Changes} changes of {ObjectName} met a deadlock; writing them again")]
    private partial void LogDeadlock(Exception exception, int changes, string objectName);

    [LoggerMessage(LogLevel.Information, "The Bulk job {JobId} could not be deleted")]
    private partial void LogJobNotDeleted(Exception exception, string jobId);
}
