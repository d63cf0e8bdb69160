using System.Threading.Channels;
using Tandem.Sync.Running;

namespace Tandem.Sync.Pull.Load;

/// <summary>
/// The memory of all loads of a shift: so many pages may be worked at once as their buffers fit into
/// <see cref="SyncOptions.LoadMemory"/>. A page takes its slot before its transaction begins and asks for nothing more after that, so
/// that no transaction ever waits on our side for what another one holds, where the server could not see it.
/// </summary>
public sealed class PageSlots
{
    /// <summary>What the COPY of one page is handed in.</summary>
    internal const int BufferBytes = 256 * 1024;

    internal const int Buffers = 3;

    /// <summary>What one merge takes at most, however few rows that are.</summary>
    internal const int MergeBytes = 6 * 1024 * 1024;

    /// <summary>The larger of the two: a buffer grows by doubling, and the CSV has one too.</summary>
    private const int PageBytes = 8 * 1024 * 1024;

    private readonly Channel<bool> _free;

    public PageSlots(SyncOptions options)
    {
        Count = (int)Math.Max(1, options.LoadMemory / PageBytes);
        _free = Channel.CreateBounded<bool>(Count);
        for (var slot = 0; slot < Count; slot++)
            _free.Writer.TryWrite(true);
    }

    /// <summary>How many pages may be under way at once, at least one.</summary>
    public int Count { get; }

    /// <summary>Waits for a slot; disposing what comes back frees it.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _free.Reader.ReadAsync(cancellationToken);
        return new Slot(_free.Writer);
    }

    private sealed class Slot(ChannelWriter<bool> free) : IDisposable
    {
        private ChannelWriter<bool>? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.TryWrite(true);
    }
}
