using System.Buffers.Binary;
using System.Text;

namespace Tandem.Simulator.PubSub.Avro;

/// <summary>Reads Avro's binary encoding, as far as published events need it.</summary>
/// <exception cref="FormatException">Thrown by every method when the bytes end early or are none of the kind.</exception>
internal ref struct AvroReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public long ReadLong()
    {
        var zigzag = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var octet = Take(1)[0];
            zigzag |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
        }

        throw new FormatException("A number has more than ten bytes.");
    }

    public bool ReadBoolean() => Take(1)[0] switch
    {
        0 => false,
        1 => true,
        _ => throw new FormatException("A boolean is neither 0 nor 1."),
    };

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public string ReadText()
    {
        var length = ReadLong();
        if (length < 0 || length > _rest.Length)
            throw new FormatException("A text is longer than the payload.");
        try
        {
            return StrictUtf8.GetString(Take((int)length));
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException("A text is no UTF-8.", exception);
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
            throw new FormatException("The payload ends within a value.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
