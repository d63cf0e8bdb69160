using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;

namespace Tandem.Sync.Push;

/// <summary>
/// Sends the change log to the org in the order of capture. Changes are claimed, sent and read back, and then the log's states, the
/// rows' sfids and what Salesforce made of the values are committed together; a call is under way while the one before is settled. A
/// crash after the claim leaves PENDING entries; the next start settles them: the results of Bulk jobs are fetched, updates, deletes and
/// upserts are sent again, which changes nothing the second time, and plain creates are looked for in the org first
/// (<see cref="LostInserts"/>). A rejected record becomes FAILED and stops nothing else.
/// </summary>
public sealed partial class PushLoop(
    LiveMappings mappings, RecordWriter writer, SyncOptions options, TimeProvider timeProvider, ILogger<PushLoop> logger)
{
    /// <summary>How long to wait for transactions that will not announce themselves, at first and at most.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(100);

    private const int RequeueEntries = 1_000;

    private readonly ChangeLog _changeLog = new(mappings.Schema)
    {
        TakesFailedInsertsAlong = options.Push.MergesWrites, ParentKeysOf = new KeyParents(mappings).ColumnsOf,
    };

    private readonly LogArchive _archive = new(mappings.Schema);
    private bool _wasCalled;

    /// <summary>Runs until cancelled. A failure that is not the records' ends it; the shift judges that and runs it again.</summary>
    public async Task RunAsync(TargetDatabase database, CancellationToken cancellationToken)
    {
        var parts = new PushParts
        {
            Mappings = mappings, ChangeLog = _changeLog, Writer = writer, Options = options, TimeProvider = timeProvider, Logger = logger,
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var session = new OnDemandSession(database);
        using var settler = new Settler(parts, session);
        var settling = settler.RunAsync(database, stop.Token);
        var sending = SendAsync(database, parts, settler, session, stop.Token);
        await Task.WhenAny(settling, sending);
        await stop.CancelAsync();
        await Task.WhenAll(settling, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await (settling.IsFaulted ? settling : sending);
    }

    private async Task SendAsync(
        TargetDatabase database, PushParts parts, Settler settler, OnDemandSession session, CancellationToken cancellationToken)
    {
        await using var listener = new ChannelListener(database.Control, ReservedNames.LogChannel(mappings.Schema), timeProvider);
        using var sender = new ChangeSender(parts, settler, session);
        var queue = new ChangeQueue(parts, settler, session);
        var recovered = new HashSet<string>(StringComparer.Ordinal);
        var look = FirstLook;
        while (true)
        {
            var tables = queue.Tables;
            recovered.IntersectWith(tables);
            if (tables.Where(recovered.Add).ToList() is { Count: > 0 } fresh)
                await RecoverAsync(queue, sender, settler, fresh, cancellationToken);

            if (await queue.ClaimAsync(tables, cancellationToken))
            {
                look = FirstLook;
                await listener.StayAwakeAsync(cancellationToken);
                await sender.SendAllAsync(queue, isUncertain: false, cancellationToken);
                continue;
            }

            sender.LeaveGate();
            await settler.FlushAsync(cancellationToken);
            var connection = await session.OpenAsync(cancellationToken);
            if (await _archive.RequeueAsync(connection, mappings.WritableTables, RequeueEntries, cancellationToken) > 0)
                continue;
            if (listener.IsCalled)
            {
                await SleepAsync(listener, session, settler, cancellationToken);
                look = FirstLook;
            }
            else
            {
                await session.RestAsync();
                look = await RestAsync(listener, look, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Until the change log calls or it is time for a look, or another table has become ready to push. When nobody called for so long, the
    /// next sleep is one without sessions: many connections of a server have nothing to push most of the time.
    /// </summary>
    private async Task SleepAsync(
        ChannelListener listener, OnDemandSession session, Settler settler, CancellationToken cancellationToken)
    {
        if (_wasCalled)
            await session.RestAsync();
        else
        {
            await session.CloseAsync();
            await settler.RestAsync(cancellationToken);
        }

        _wasCalled = true;
        await WaitAsync(
            async token => _wasCalled = await listener.WaitAsync(options.PushFallback, token), cancellationToken);
        await listener.StayAwakeAsync(cancellationToken);
    }

    /// <summary>After a look that found nothing, while something can be overlooked: makes the next look the last one.</summary>
    /// <returns>How long to rest the next time that transactions are under way which will not call.</returns>
    private async Task<TimeSpan> RestAsync(ChannelListener listener, TimeSpan look, CancellationToken cancellationToken)
    {
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
    private async Task RecoverAsync(
        ChangeQueue queue, ChangeSender sender, Settler settler, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await sender.RecoverJobsAsync(tables, cancellationToken);
        await settler.DrainAsync(cancellationToken);
        var changes = await _changeLog.ReadPendingAsync(await queue.OpenAsync(cancellationToken), tables, cancellationToken);
        if (changes.Count == 0)
            return;
        LogRecovering(changes.Count);
        Failpoints.Reach("push.recovering");
        queue.Recover(changes);
        await sender.SendAllAsync(queue, isUncertain: true, cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Settling {Changes} changes that an earlier run left under way")]
    private partial void LogRecovering(int changes);
}
