namespace Tandem.Sync.Push;

/// <summary>A passage through a gate that several units of work hold together; the last one to leave gives it back.</summary>
internal sealed class SharedPassage(IDisposable passage) : IDisposable
{
    private int _holders = 1;

    /// <summary>One more holder, who disposes this once.</summary>
    public SharedPassage Enter()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    /// <summary>One more holder, who disposes what comes back.</summary>
    public IDisposable Share()
    {
        Enter();
        return new Holder(this);
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            passage.Dispose();
    }

    private sealed class Holder(SharedPassage shared) : IDisposable
    {
        private SharedPassage? _shared = shared;

        public void Dispose() => Interlocked.Exchange(ref _shared, null)?.Dispose();
    }
}
