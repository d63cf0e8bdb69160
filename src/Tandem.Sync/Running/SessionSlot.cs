using System.Data;
using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Running;

/// <summary>
/// A place of <see cref="PullSessions"/> for one session; used by one turn at a time. A shared place has a number and may keep its session
/// from one turn to the next; any other has limits that it counts against.
/// </summary>
internal sealed class SessionSlot(TargetDatabase database, TimeProvider timeProvider) : IAsyncDisposable
{
    /// <summary>
    /// A session that was used within this time is not asked whether it is still there; one that is needed less often is not kept.
    /// </summary>
    public static readonly TimeSpan Trusted = TimeSpan.FromMinutes(1);

    /// <summary>Emptying so many staging tables more costs a commit less than a millisecond.</summary>
    private const int MostGuests = 32;

    private readonly OnDemandSession _session = new(database);

    /// <summary>Who has used the session without having its home here: each may have left staging tables behind.</summary>
    private readonly HashSet<string> _guests = new(StringComparer.Ordinal);

    private string? _guest;
    private bool _isUsed;
    private bool _isKept;
    private long _usedAt;

    /// <summary>Null for a place that is not shared.</summary>
    public int? Number { get; init; }

    /// <summary>None for a shared place.</summary>
    public IReadOnlyList<SemaphoreSlim> Limits { get; init; } = [];

    /// <summary>A turn begins, which need not come to use the session.</summary>
    /// <param name="guest">Who has its home elsewhere; null for others.</param>
    /// <param name="isKept">Somebody will use the session again soon; one that was kept before stays.</param>
    public void Begin(string? guest, bool isKept)
    {
        _isUsed = false;
        _isKept = isKept || _session.Opened is not null;
        _guest = guest;
    }

    /// <summary>The session, opened when a turn first asks, and anew where the one before is gone.</summary>
    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (!_isUsed && _session.Opened is { } kept && !await IsThereAsync(kept, cancellationToken))
            await CloseAsync();
        _isUsed = true;
        if (_guest is not null)
            _guests.Add(_guest);
        return await _session.OpenAsync(cancellationToken);
    }

    /// <summary>As <see cref="OnDemandSession.RestAsync"/>, amid a turn.</summary>
    public ValueTask RestAsync() => _session.RestAsync();

    /// <param name="isSound">False when nobody knows what state the session is in.</param>
    public ValueTask EndAsync(bool isSound)
    {
        if (!_isUsed)
            return ValueTask.CompletedTask;
        _usedAt = timeProvider.GetTimestamp();
        return _isKept && isSound && _guests.Count <= MostGuests && _session.Opened?.FullState == ConnectionState.Open
            ? _session.RestAsync()
            : CloseAsync();
    }

    /// <summary>Closes the session, and rolls back what was open in it.</summary>
    public ValueTask CloseAsync()
    {
        _guests.Clear();
        return _session.CloseAsync();
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask<bool> IsThereAsync(NpgsqlConnection session, CancellationToken cancellationToken) =>
        session.FullState == ConnectionState.Open
        && (timeProvider.GetElapsedTime(_usedAt) < Trusted || await SessionCheck.AnswersAsync(session, cancellationToken));
}
