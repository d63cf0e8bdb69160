using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Google.Protobuf;
using Tandem.Simulator.PubSub.Messages;

namespace Tandem.Bench.Serve;

/// <summary>The body of a Subscribe call: it asks for events while their answers come in, and ends when it is told to.</summary>
internal sealed class FetchStream : HttpContent
{
    public const int PrefixBytes = 5;

    private readonly Channel<FetchRequest> _requests = Channel.CreateUnbounded<FetchRequest>();

    public FetchStream() => Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

    public void Ask(FetchRequest request) => _requests.Writer.TryWrite(request);

    public void End() => _requests.Writer.TryComplete();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await foreach (var request in _requests.Reader.ReadAllAsync(cancellationToken))
        {
            var frame = new byte[PrefixBytes + request.CalculateSize()];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixBytes);
            request.WriteTo(frame.AsSpan(PrefixBytes));
            await stream.WriteAsync(frame, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
