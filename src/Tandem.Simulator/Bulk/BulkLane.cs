using System.Threading.Channels;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// One job after the other, in the order of their coming, away from the requests that bring them. Work handles its own failures; the
/// lane ends with the server.
/// </summary>
internal sealed class BulkLane : IAsyncDisposable
{
    private readonly Channel<Func<CancellationToken, Task>> _work = Channel.CreateUnbounded<Func<CancellationToken, Task>>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public BulkLane() => _loop = Task.Run(() => RunAsync(_stop.Token));

    public void Add(Func<CancellationToken, Task> work) => _work.Writer.TryWrite(work);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var work in _work.Reader.ReadAllAsync(cancellationToken))
            await work(cancellationToken);
    }
}
