using Npgsql;

namespace Tandem.Sync.Running;

/// <summary>
/// A place of <see cref="PullSessions"/> for one session; used by one turn at a time. A shared place has a number and may keep its session
/// from one turn to the next; any other has a limit that it counts against.
/// </summary>
internal sealed class SessionSlot : IAsyncDisposable
{
    private string? _guest;

    /// <summary>Null for a place that is not shared.</summary>
    public int? Number { get; init; }

    /// <summary>Null for a shared place.</summary>
    public SemaphoreSlim? Limit { get; init; }

    /// <summary>Null until it is needed, and again when it had to be closed.</summary>
    public NpgsqlConnection? Connection { get; private set; }

    /// <summary>The present turn has the session already.</summary>
    public bool IsInUse { get; private set; }

    /// <summary>The session is to stay open after the present turn.</summary>
    public bool IsKept { get; private set; }

    /// <summary>Who has used this session without having its home here: each may have left staging tables behind.</summary>
    public HashSet<string> Guests { get; } = new(StringComparer.Ordinal);

    /// <summary>A time of the provider's.</summary>
    public long UsedAt { get; set; }

    /// <summary>A turn begins, which need not come to use the session.</summary>
    /// <param name="guest">Who has its home elsewhere; null for others.</param>
    /// <param name="isKept">Somebody will use the session again soon; one that was kept before stays.</param>
    public void Begin(string? guest, bool isKept)
    {
        IsInUse = false;
        IsKept = isKept || Connection is not null;
        _guest = guest;
    }

    /// <summary>The present turn uses this session from now on.</summary>
    public void Use(NpgsqlConnection connection)
    {
        Connection = connection;
        IsInUse = true;
        if (_guest is not null)
            Guests.Add(_guest);
    }

    /// <summary>Closes the session, and rolls back what was open in it.</summary>
    public async ValueTask DisposeAsync()
    {
        Guests.Clear();
        IsInUse = false;
        if (Connection is not { } connection)
            return;
        Connection = null;
        await connection.DisposeAsync();
    }
}
