namespace Tandem.Tests.Integration.Sync;

/// <summary>A worker that runs until the test disposes this, which cancels it and waits for its end.</summary>
internal sealed class BackgroundRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private bool _isDisposed;

    public BackgroundRun(Func<CancellationToken, Task> work) => Ended = Task.Run(() => work(_stop.Token));

    /// <summary>Completes when the worker ends by itself.</summary>
    public Task Ended { get; }

    /// <summary>Throws what ended the worker, if anything did.</summary>
    public Task ThrowIfEndedAsync() => Ended.IsCompleted ? Ended : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _stop.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
