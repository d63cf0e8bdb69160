namespace Tandem.Tests.Unit.Salesforce;

/// <summary>A stream that gives its bytes in pieces of random size, as a network does.</summary>
internal sealed class ChunkedStream(byte[] content, int seed, int largestPiece) : Stream
{
    private readonly Random _random = new(seed);
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var piece = Math.Min(Math.Min(count, _random.Next(1, largestPiece + 1)), content.Length - _position);
        content.AsSpan(_position, piece).CopyTo(buffer.AsSpan(offset));
        _position += piece;
        return piece;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var piece = Math.Min(Math.Min(buffer.Length, _random.Next(1, largestPiece + 1)), content.Length - _position);
        content.AsSpan(_position, piece).CopyTo(buffer.Span);
        _position += piece;
        return ValueTask.FromResult(piece);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
