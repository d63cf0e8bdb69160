using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.PubSub.Grpc;

/// <summary>
/// One call: its metadata, the messages that the client sends and those that go back. A message is framed by five bytes: whether it is
/// compressed, and its length. One reader and one writer may work at the same time.
/// </summary>
internal sealed class GrpcCall(HttpContext context)
{
    /// <summary>What one message of a client may hold.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    private const int PrefixBytes = 5;

    /// <summary>Names the call in its answers and errors.</summary>
    public string RpcId { get; } = Guid.NewGuid().ToString();

    /// <summary>The value of a metadata key; null when the client sent none.</summary>
    public string? Metadata(string key) => context.Request.Headers[key] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>Sends the response's headers, so that the client of a stream knows that it stands.</summary>
    public async Task StartAsync(CancellationToken cancellationToken) =>
        // Starting the response only prepares the headers: the flush sends them.
        await context.Response.BodyWriter.FlushAsync(cancellationToken);

    /// <summary>The one message of a call that has exactly one.</summary>
    public async Task<T> ReadOnlyAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T> =>
        await ReadAsync(parser, cancellationToken)
            ?? throw new GrpcException(GrpcStatus.Internal, "The call ended before its message.");

    /// <summary>The next message; null once the client has sent its last.</summary>
    /// <exception cref="GrpcException">The message is too large, cut off or no message of this type.</exception>
    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (TryReadFrame(buffer, out var isCompressed, out var frame))
            {
                var message = Parse(parser, isCompressed, frame);
                reader.AdvanceTo(frame.End);
                return message;
            }

            if (read.IsCompleted)
            {
                reader.AdvanceTo(buffer.End);
                return buffer.IsEmpty ? null : throw new GrpcException(GrpcStatus.Internal, "The last message is cut off.");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public async ValueTask WriteAsync(IMessage message, CancellationToken cancellationToken)
    {
        PipeWriter writer = context.Response.BodyWriter;
        var prefix = writer.GetSpan(PrefixBytes);
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], message.CalculateSize());
        writer.Advance(PrefixBytes);
        message.WriteTo(writer);
        await writer.FlushAsync(cancellationToken);
    }

    private static bool TryReadFrame(ReadOnlySequence<byte> buffer, out bool isCompressed, out ReadOnlySequence<byte> frame)
    {
        isCompressed = false;
        frame = default;
        if (buffer.Length < PrefixBytes)
            return false;
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > MaxMessageBytes)
            throw new GrpcException(GrpcStatus.ResourceExhausted, $"The message has {length} bytes: at most {MaxMessageBytes} are taken.");
        if (buffer.Length < PrefixBytes + length)
            return false;
        isCompressed = prefix[0] switch
        {
            0 => false,
            1 => true,
            _ => throw new GrpcException(GrpcStatus.Internal, "The first byte of a message is neither 0 nor 1."),
        };
        frame = buffer.Slice(PrefixBytes, length);
        return true;
    }

    private T Parse<T>(MessageParser<T> parser, bool isCompressed, ReadOnlySequence<byte> frame)
        where T : class, IMessage<T>
    {
        try
        {
            return isCompressed ? parser.ParseFrom(Expand(frame)) : parser.ParseFrom(frame);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new GrpcException(GrpcStatus.Internal, "The message cannot be read as the type that the method takes.");
        }
    }

    private byte[] Expand(ReadOnlySequence<byte> frame)
    {
        if (Metadata("grpc-encoding") is not "gzip")
            throw new GrpcException(GrpcStatus.Internal, "A message is compressed, but grpc-encoding does not say gzip.");
        using var source = new MemoryStream(frame.ToArray());
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        var whole = new byte[MaxMessageBytes + 1];
        try
        {
            var length = gzip.ReadAtLeast(whole, whole.Length, throwOnEndOfStream: false);
            return length <= MaxMessageBytes ? whole[..length]
                : throw new GrpcException(GrpcStatus.ResourceExhausted, $"The message expands to more than {MaxMessageBytes} bytes.");
        }
        catch (InvalidDataException)
        {
            throw new GrpcException(GrpcStatus.Internal, "A message is not compressed as grpc-encoding says.");
        }
    }
}
