using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// A database as one program works it: a pool of sessions for its work, and one session for what it must hear and hold. All connections
/// of a server that have their tables there share both, and so the pool's size is what bounds them all.
/// </summary>
public sealed class TargetDatabase : IAsyncDisposable
{
    private readonly int _mostKept;
    private int _kept;

    /// <param name="dataSource">Belongs to this object from now on.</param>
    public TargetDatabase(NpgsqlDataSource dataSource)
    {
        DataSource = dataSource;
        Control = new ControlSession(dataSource);
        var sessions = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).MaxPoolSize;
        var share = Math.Max(1, sessions / 8);
        _mostKept = share * 2;
        Loads = new SemaphoreSlim(share);
        LongPulls = new SemaphoreSlim(share);
        Preparations = new SemaphoreSlim(share);
        Verifications = new SemaphoreSlim(share);
        SecondCommits = new SemaphoreSlim(sessions / 8);
    }

    public NpgsqlDataSource DataSource { get; }

    public ControlSession Control { get; }

    /// <summary>
    /// Counts first loads, each of which may have two sessions for hours. Like the four below it is an eighth of the pool: who holds one
    /// session and waits for a second must never be so many that they have all of them.
    /// </summary>
    public SemaphoreSlim Loads { get; }

    /// <summary>Counts pulls that may take minutes: comparisons of all ids, Bulk polls. Each may have two sessions.</summary>
    public SemaphoreSlim LongPulls { get; }

    /// <summary>Counts shifts that make ready: a server that starts a hundred of them at once gives each its turn.</summary>
    public SemaphoreSlim Preparations { get; }

    /// <summary>Counts verifications that are due by themselves; what a person asks for has its turn at once.</summary>
    public SemaphoreSlim Verifications { get; }

    /// <summary>
    /// Counts pushes that have a second session to commit over; who finds none left goes on with one, and so do all in a small pool.
    /// </summary>
    public SemaphoreSlim SecondCommits { get; }

    public async ValueTask DisposeAsync()
    {
        await Control.DisposeAsync();
        await DataSource.DisposeAsync();
        Loads.Dispose();
        LongPulls.Dispose();
        Preparations.Dispose();
        Verifications.Dispose();
        SecondCommits.Dispose();
    }

    /// <summary>
    /// Whether a worker that rests may keep its session. A quarter of the pool may be kept; the rest is for those who have something to
    /// do, so that nobody waits for a session in which nothing happens.
    /// </summary>
    internal bool TryKeep()
    {
        if (Interlocked.Increment(ref _kept) <= _mostKept)
            return true;
        LetGo();
        return false;
    }

    internal void LetGo() => Interlocked.Decrement(ref _kept);
}
