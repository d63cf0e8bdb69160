using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tandem.Simulator.PubSub.Avro;

/// <summary>Avro's binary encoding, without a container: what events carry. A writer is used again for one event after the other.</summary>
internal sealed class AvroWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>An int, a long, an enum's index or a union's branch: zigzag, seven bits a byte, the low ones first.</summary>
    public void WriteLong(long value)
    {
        var zigzag = (ulong)((value << 1) ^ (value >> 63));
        var span = _bytes.GetSpan(10);
        var length = 0;
        while (zigzag >= 0x80)
        {
            span[length++] = (byte)(zigzag | 0x80);
            zigzag >>= 7;
        }

        span[length++] = (byte)zigzag;
        _bytes.Advance(length);
    }

    public void WriteBoolean(bool value)
    {
        _bytes.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        _bytes.Advance(1);
    }

    public void WriteDouble(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }

    public void WriteText(string value)
    {
        WriteLong(Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, _bytes);
    }

    /// <summary>An array: one block of all items, and the empty block that ends it.</summary>
    public void WriteTexts(IReadOnlyList<string> values)
    {
        if (values.Count > 0)
            WriteLong(values.Count);
        foreach (var value in values)
            WriteText(value);
        WriteLong(0);
    }
}
