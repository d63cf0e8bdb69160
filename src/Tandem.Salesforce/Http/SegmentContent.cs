using System.Net;

namespace Tandem.Salesforce.Http;

/// <summary>A body that lies in several pieces of memory, so that a long one needs no single array; it can be sent again.</summary>
internal sealed class SegmentContent(IReadOnlyList<ReadOnlyMemory<byte>> segments) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var segment in segments)
            await stream.WriteAsync(segment, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = segments.Sum(segment => (long)segment.Length);
        return true;
    }
}
