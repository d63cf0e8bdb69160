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
        _mostKept = sessions / 2;
        Loads = new SemaphoreSlim(Math.Max(1, sessions / 4));
        Preparations = new SemaphoreSlim(Math.Max(1, sessions / 4));
    }

    public NpgsqlDataSource DataSource { get; }

    public ControlSession Control { get; }

    /// <summary>Counts first loads, each of which has a session for hours: they take a quarter of the pool at most.</summary>
    public SemaphoreSlim Loads { get; }

    /// <summary>Counts shifts that make ready: a server that starts a hundred of them at once gives each its turn.</summary>
    public SemaphoreSlim Preparations { get; }

    public async ValueTask DisposeAsync()
    {
        await Control.DisposeAsync();
        await DataSource.DisposeAsync();
        Loads.Dispose();
        Preparations.Dispose();
    }

    /// <summary>
    /// Whether a worker that rests may keep its session. Half of the pool may be kept; the other half is for those who have something to
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
