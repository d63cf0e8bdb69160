using System.Buffers.Binary;
using Google.Protobuf;

namespace Tandem.Simulator.PubSub;

/// <summary>Replay ids on the wire: eight bytes, the high ones first. Source: salesforce-api.md, section 6.3.</summary>
internal static class ReplayIdBytes
{
    private const int Length = 8;

    public static ByteString Of(long replayId)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, replayId);
        return ByteString.CopyFrom(bytes);
    }

    /// <summary>Null when the bytes have not the form of a replay id.</summary>
    public static long? Read(ByteString bytes) =>
        bytes.Length == Length && BinaryPrimitives.ReadInt64BigEndian(bytes.Span) is >= 0 and var id ? id : null;
}
