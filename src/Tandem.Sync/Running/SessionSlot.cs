using Npgsql;

namespace Tandem.Sync.Running;

/// <summary>
/// A place of <see cref="PullSessions"/> for one session; used by one turn at a time. A shared place has a number and keeps its session;
/// any other has a limit that it counts against.
/// </summary>
internal sealed class SessionSlot : IAsyncDisposable
{
    /// <summary>Null for a place that is not shared.</summary>
    public int? Number { get; init; }

    /// <summary>Null for a shared place.</summary>
    public SemaphoreSlim? Limit { get; init; }

    /// <summary>Null until it is needed, and again when it had to be closed.</summary>
    public NpgsqlConnection? Connection { get; set; }

    /// <summary>Who has used this session without having its home here: each may have left staging tables behind.</summary>
    public HashSet<string> Guests { get; } = new(StringComparer.Ordinal);

    /// <summary>A time of the provider's.</summary>
    public long UsedAt { get; set; }

    /// <summary>Closes the session, and rolls back what was open in it.</summary>
    public async ValueTask DisposeAsync()
    {
        Guests.Clear();
        if (Connection is not { } connection)
            return;
        Connection = null;
        await connection.DisposeAsync();
    }
}
