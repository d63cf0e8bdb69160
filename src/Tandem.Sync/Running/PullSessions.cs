using System.Data;
using Npgsql;
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
    /// <summary>Emptying so many staging tables more costs a commit less than a millisecond.</summary>
    private const int MostGuests = 32;

    /// <summary>
    /// A session that was used within this time is not asked whether it is still there; one that is needed less often is not kept.
    /// </summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromMinutes(1);

    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _timeProvider;
    private readonly SessionSlot[] _shared;
    private readonly SlotQueue _queue;
    private readonly SemaphoreSlim _loads;
    private readonly SemaphoreSlim _longPulls;

    public PullSessions(NpgsqlDataSource dataSource, SyncOptions options, TimeProvider timeProvider)
    {
        if (options.SharedSessions < 1)
        {
            throw new ArgumentException(
                $"The pulls of a shift share one session or more, and not {options.SharedSessions}.", nameof(options));
        }

        _dataSource = dataSource;
        _timeProvider = timeProvider;
        _shared = [.. Enumerable.Range(0, options.SharedSessions).Select(number => new SessionSlot { Number = number })];
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
        slot.Begin(guest: _queue.HomeOf(objectName) == slot.Number ? null : objectName, isKept: interval <= Trusted);
        return new PullSession(this, slot);
    }

    /// <summary>Waits until a first load may begin, with a session for it alone.</summary>
    public async Task<PullSession> RentForLoadAsync(CancellationToken cancellationToken) =>
        new(this, await RentOwnAsync(_loads, cancellationToken));

    /// <summary>Every session has been given back by then.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _shared)
            await slot.DisposeAsync();
        _loads.Dispose();
        _longPulls.Dispose();
    }

    /// <summary>Waits until a long pull may go on, with a session for it alone.</summary>
    internal Task<SessionSlot> RentForLongPullAsync(CancellationToken cancellationToken) => RentOwnAsync(_longPulls, cancellationToken);

    /// <summary>The slot's session, opened at the first call of a rent, and anew where the one before is gone.</summary>
    internal async ValueTask<NpgsqlConnection> ConnectAsync(SessionSlot slot, CancellationToken cancellationToken)
    {
        if (slot.Connection is { } connection)
        {
            if (slot.IsInUse || (connection.FullState == ConnectionState.Open
                && (_timeProvider.GetElapsedTime(slot.UsedAt) < Trusted || await SessionCheck.AnswersAsync(connection, cancellationToken))))
            {
                slot.Use(connection);
                return connection;
            }

            await slot.DisposeAsync();
        }

        var opened = await _dataSource.OpenConnectionAsync(cancellationToken);
        slot.Use(opened);
        return opened;
    }

    /// <param name="isSound">False when what was done with the session failed, so that nobody knows what state it is in.</param>
    internal async ValueTask GiveBackAsync(SessionSlot slot, bool isSound)
    {
        try
        {
            if (slot.IsInUse)
                slot.UsedAt = _timeProvider.GetTimestamp();
            if (!slot.IsKept || !isSound || slot.Guests.Count > MostGuests || slot.Connection?.FullState != ConnectionState.Open)
                await slot.DisposeAsync();
        }
        finally
        {
            slot.Limit?.Release();
            if (slot.Number is { } number)
                _queue.Free(number);
        }
    }

    private static async Task<SessionSlot> RentOwnAsync(SemaphoreSlim limit, CancellationToken cancellationToken)
    {
        await limit.WaitAsync(cancellationToken);
        return new SessionSlot { Limit = limit };
    }
}
