using Tandem.Postgres;

namespace Tandem.Sync.Running;

/// <summary>
/// The database sessions of a shift's pulls, far fewer than there are mappings. A mapping rents one for a round of polls or a slice of a
/// refresh, preferably always the same, where its staging tables stand; so each session holds only its share of them. It is opened when it
/// is needed, which a poll that finds nothing never does, and goes back to the pool when it would not be used for long. What may take long
/// (a first load, a wait for a Bulk job, a comparison of all ids) gets a session of its own, of which there are few too, so that it
/// never holds up polls.
/// </summary>
/// <remarks>
/// Nothing but staging tables is kept in a session between two rents: progress stands in memory and in the database, settings are local
/// to transactions. So a session may be replaced at any time: one that is lost, one whose round failed and that may hold an open
/// transaction, and one in which too many guests have left staging tables, which each commit would have to empty.
/// </remarks>
public sealed class PullSessions : IAsyncDisposable
{
    private readonly TargetDatabase _database;
    private readonly TimeProvider _timeProvider;
    private readonly SessionSlot[] _shared;
    private readonly SlotQueue _queue;
    private readonly SemaphoreSlim _loads;
    private readonly SemaphoreSlim _longPulls;

    public PullSessions(TargetDatabase database, SyncOptions options, TimeProvider timeProvider)
    {
        if (options.SharedSessions < 1)
        {
            throw new ArgumentException(
                $"The pulls of a shift share one session or more, and not {options.SharedSessions}.", nameof(options));
        }

        _database = database;
        _timeProvider = timeProvider;
        _shared = [.. Enumerable.Range(0, options.SharedSessions)
            .Select(number => new SessionSlot(database, timeProvider) { Number = number })];
        _queue = new SlotQueue(options.SharedSessions);
        _loads = new SemaphoreSlim(options.ParallelLoads);
        _longPulls = new SemaphoreSlim(options.ParallelLongPulls);
    }

    /// <summary>How many turns wait for a shared session.</summary>
    public int Waiting => _queue.Waiting;

    /// <summary>Waits for a shared session; disposing what comes back gives it back.</summary>
    /// <param name="interval">How long it is from one rent of this object to the next.</param>
    public async Task<PullSession> RentAsync(string objectName, TimeSpan interval, CancellationToken cancellationToken)
    {
        var slot = _shared[await _queue.TakeAsync(objectName, cancellationToken)];
        slot.Begin(guest: _queue.HomeOf(objectName) == slot.Number ? null : objectName, isKept: interval <= SessionSlot.Trusted);
        return new PullSession(this, slot);
    }

    /// <summary>Waits until a first load may begin, with a session for it alone.</summary>
    public async Task<PullSession> RentForLoadAsync(CancellationToken cancellationToken) =>
        new(this, await RentOwnAsync([_loads, _database.Loads], cancellationToken));

    /// <summary>Every session has been given back by then.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _shared)
            await slot.DisposeAsync();
        _loads.Dispose();
        _longPulls.Dispose();
    }

    /// <summary>Waits until a long pull may go on, with a session for it alone.</summary>
    internal Task<SessionSlot> RentForLongPullAsync(CancellationToken cancellationToken) =>
        RentOwnAsync([_longPulls, _database.LongPulls], cancellationToken);

    /// <param name="isSound">False when what was done with the session failed, so that nobody knows what state it is in.</param>
    internal async ValueTask GiveBackAsync(SessionSlot slot, bool isSound)
    {
        try
        {
            await slot.EndAsync(isSound);
        }
        finally
        {
            foreach (var limit in slot.Limits)
                limit.Release();
            if (slot.Number is { } number)
                _queue.Free(number);
        }
    }

    private async Task<SessionSlot> RentOwnAsync(SemaphoreSlim[] limits, CancellationToken cancellationToken)
    {
        var held = 0;
        try
        {
            for (; held < limits.Length; held++)
                await limits[held].WaitAsync(cancellationToken);
        }
        catch
        {
            foreach (var limit in limits[..held])
                limit.Release();
            throw;
        }

        return new SessionSlot(_database, _timeProvider) { Limits = limits };
    }
}
