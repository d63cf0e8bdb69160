using System.Buffers;
using System.Net;

namespace Tandem.Salesforce.Http;

/// <summary>
/// An answer's body, whole, in a pooled buffer: read inside the attempt so that a cut in its middle is retried like any other, and parsed
/// in place without a copy. Valid until disposed with its response.
/// </summary>
internal sealed class PooledContent : HttpContent
{
    private const int FirstSize = 16 * 1024;

    private readonly int _length;
    private byte[]? _buffer;

    private PooledContent(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer.AsMemory(0, _length);
        }
    }

    /// <summary>Reads the content to its end and disposes it.</summary>
    public static async Task<PooledContent> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using (content)
        {
            // One byte more than announced, so that the read which finds the end needs no bigger buffer.
            var rented = ArrayPool<byte>.Shared.Rent((int)Math.Min(content.Headers.ContentLength + 1 ?? FirstSize, Array.MaxLength));
            var read = 0;
            try
            {
                await using var stream = await content.ReadAsStreamAsync(cancellationToken);
                while (true)
                {
                    var count = await stream.ReadAsync(rented.AsMemory(read), cancellationToken);
                    if (count == 0)
                        break;
                    read += count;
                    if (read == rented.Length)
                        rented = Grow(rented);
                }
            }
            catch
            {
                ArrayPool<byte>.Shared.Return(rented);
                throw;
            }

            return new PooledContent(rented, read) { Headers = { LastModified = content.Headers.LastModified } };
        }
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        => await stream.WriteAsync(Memory, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _buffer, null) is { } rented)
            ArrayPool<byte>.Shared.Return(rented);
        base.Dispose(disposing);
    }

    private static byte[] Grow(byte[] buffer)
    {
        var bigger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(bigger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return bigger;
    }
}
