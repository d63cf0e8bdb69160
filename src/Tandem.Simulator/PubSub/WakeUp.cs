using System.Threading.Channels;

namespace Tandem.Simulator.PubSub;

/// <summary>A signal that a stream's loop sleeps on: several wake-ups before it looks are one, and none is lost.</summary>
internal sealed class WakeUp
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _signal.Writer.TryWrite(true);

    /// <summary>Completes at a wake-up since the last call of <see cref="Clear"/>.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _signal.Reader.WaitToReadAsync(cancellationToken).AsTask();

    public void Clear() => _signal.Reader.TryRead(out _);
}
