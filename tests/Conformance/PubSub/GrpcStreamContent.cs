using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;

namespace Tandem.Tests.Conformance.PubSub;

/// <summary>A request body that goes out frame by frame while the answer comes in.</summary>
public sealed class GrpcStreamContent : HttpContent
{
    private readonly ChannelReader<byte[]> _frames;

    public GrpcStreamContent(ChannelReader<byte[]> frames)
    {
        _frames = frames;
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        await foreach (var frame in _frames.ReadAllAsync(cancellationToken))
        {
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
