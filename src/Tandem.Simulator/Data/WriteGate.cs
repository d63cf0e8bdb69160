namespace Tandem.Simulator.Data;

/// <summary>
/// Lets one writer in at a time. Unlike a lock it may be held across awaits, because a composite call holds it from its first row to its
/// last; whoever holds it must not enter again.
/// </summary>
internal sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(1, 1);

    public Pass Enter()
    {
        _semaphore.Wait();
        return new Pass(_semaphore);
    }

    /// <summary>Enters if nobody is in; null otherwise, without waiting.</summary>
    public Pass? TryEnter() => _semaphore.Wait(0) ? new Pass(_semaphore) : null;

    public async Task<Pass> EnterAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken);
        return new Pass(_semaphore);
    }

    public void Dispose() => _semaphore.Dispose();

    /// <summary>The right to write; disposing it lets the next one in.</summary>
    public readonly struct Pass(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
