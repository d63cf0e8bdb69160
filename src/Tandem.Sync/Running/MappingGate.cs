namespace Tandem.Sync.Running;

/// <summary>
/// Keeps a mapping's push and its pulls out of each other's way. A push holds the gate from before it sends until the outcome is
/// committed, and a pull holds it while it merges; so a pull never inserts a record that a push has just created and whose sfid is
/// not stored yet. A page that was read before a record was pushed is older than the row: <see cref="WasPushedSince"/> tells.
/// </summary>
public sealed class MappingGate : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _pushed = new(StringComparer.Ordinal);
    private long _pushes;
    private long _passages;

    /// <summary>
    /// How often somebody has entered who may write: while it stays the same, nothing of ours has written rows of the table.
    /// </summary>
    public long Passages => Interlocked.Read(ref _passages);

    /// <summary>Waits for the gate; disposing what comes back leaves it.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken);
        Interlocked.Increment(ref _passages);
        return new Passage(_semaphore);
    }

    /// <summary>As <see cref="BeginRead"/> inside the gate, for a pull that does nothing else there.</summary>
    public async Task<long> BeginReadAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken);
        try
        {
            return BeginRead();
        }
        finally
        {
            _semaphore.Release();
        }
    }

    /// <summary>Called inside the gate, before a pull reads from the org.</summary>
    /// <returns>The moment of the reading, for <see cref="WasPushedSince"/>.</returns>
    public long BeginRead()
    {
        lock (_lock)
        {
            _pushed.Clear();
            return _pushes;
        }
    }

    /// <summary>Called inside the gate, after a push wrote or deleted these records; two commits of one push may do so at once.</summary>
    public void NotePushed(IEnumerable<string> sfids)
    {
        lock (_lock)
        {
            _pushes++;
            foreach (var sfid in sfids)
                _pushed[sfid] = _pushes;
        }
    }

    /// <summary>Called inside the gate: true when what was read at that moment may be older than the row.</summary>
    public bool WasPushedSince(string sfid, long read)
    {
        lock (_lock)
            return _pushed.TryGetValue(sfid, out var pushed) && pushed > read;
    }

    public void Dispose() => _semaphore.Dispose();

    private sealed class Passage(SemaphoreSlim semaphore) : IDisposable
    {
        private SemaphoreSlim? _semaphore = semaphore;

        public void Dispose() => Interlocked.Exchange(ref _semaphore, null)?.Release();
    }
}
