using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// Writes values as UTF-8 straight into the output's memory, without a string in between; <see cref="CsvRenderer"/>'s pen.
/// Values are spelled as in salesforce-api.md, section 8.2, column Bulk CSV.
/// </summary>
internal ref struct CsvBuffer
{
    private const int ChunkLength = 64 * 1024;
    private const int LongestNumber = 40;
    private const int LongestMoment = 28;
    private const int ShownMoment = 24;
    private const int Lane = 8;
    private const ushort BeyondAscii = 0xFF80;
    private const int BytesPerCharacter = 3;
    private const byte Quote = (byte)'"';

    private static readonly ulong[] PowersOfTen = [.. Enumerable.Range(0, 19).Select(power => (ulong)Math.Pow(10, power))];

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _used;
    private long _advanced;

    public CsvBuffer(IBufferWriter<byte> output)
    {
        _output = output;
        _span = output.GetSpan(ChunkLength);
    }

    /// <summary>The bytes written since the start.</summary>
    public readonly long Length => _advanced + _used;

    public void Complete() => Renew(0);

    public void Byte(byte value)
    {
        Ensure(1);
        _span[_used++] = value;
    }

    /// <summary>The end of a value, a delimiter, the start of the next value.</summary>
    public void Between(byte delimiter)
    {
        Ensure(3);
        var target = _span.Slice(_used, 3);
        target[2] = Quote;
        target[1] = delimiter;
        target[0] = Quote;
        _used += 3;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_span[_used..]);
        _used += bytes.Length;
    }

    /// <summary>Text with each quote doubled; without the quotes around it.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        text = text[Simple(text)..];
        if (text.IsEmpty)
            return;
        for (var quote = text.IndexOf('"'); quote >= 0; quote = text.IndexOf('"'))
        {
            Plain(text[..(quote + 1)]);
            Byte(Quote);
            text = text[(quote + 1)..];
        }

        Plain(text);
    }

    /// <summary>Writes what comes before the first quote or the first character that is not ASCII; returns its length.</summary>
    private int Simple(ReadOnlySpan<char> text)
    {
        Ensure(text.Length);
        ref var source = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        var target = _span.Slice(_used, text.Length);
        ref var first = ref MemoryMarshal.GetReference(target);
        var at = 0;
        for (var last = text.Length - Lane; last >= 0; at = Math.Min(at + Lane, last))
        {
            // The last block overlaps the one before it, so that no tail is left to single characters.
            var block = Vector128.LoadUnsafe(ref source, (nuint)at);
            var odd = Vector128.Equals(block, Vector128.Create((ushort)Quote)) | (block & Vector128.Create(BeyondAscii));
            if (odd != Vector128<ushort>.Zero)
                break;
            Vector128.Narrow(block, block).GetLower().StoreUnsafe(ref first, (nuint)at);
            if (at < last)
                continue;
            _used += text.Length;
            return text.Length;
        }

        for (; at < text.Length && text[at] is < (char)0x80 and not '"'; at++)
            target[at] = (byte)text[at];
        _used += at;
        return at;
    }

    public void Plain(ReadOnlySpan<char> text)
    {
        Ensure(text.Length * BytesPerCharacter);
        Utf8.FromUtf16(text, _span[_used..], out _, out var written);
        _used += written;
    }

    public void Whole(long number)
    {
        Ensure(LongestNumber);
        Utf8Formatter.TryFormat(number, _span[_used..], out var written);
        _used += written;
    }

    /// <summary>A decimal with at least one digit of fraction, as the platform prints doubles.</summary>
    public void Fraction(decimal number)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(number, bits);
        var scale = (bits[3] >> 16) & 0xFF;
        if (bits[2] != 0 || scale > 18)
        {
            Bytes(Encoding.ASCII.GetBytes(ValueText.Number(number)));
            return;
        }

        var digits = ((ulong)(uint)bits[1] << 32) | (uint)bits[0];
        for (; scale > 1 && digits % 10 == 0; scale--)
            digits /= 10;
        if (scale == 0)
        {
            Signed(bits[3] < 0 && digits != 0, digits);
            Bytes(".0"u8);
            return;
        }

        var (whole, fraction) = Math.DivRem(digits, PowersOfTen[scale]);
        Signed(bits[3] < 0 && digits != 0, whole);
        Byte((byte)'.');
        Padded(fraction, scale);
    }

    public void Date(DateOnly date)
    {
        Ensure(LongestMoment);
        date.TryFormat(_span[_used..], out var written, "O", CultureInfo.InvariantCulture);
        _used += written;
    }

    /// <summary>The round-trip form is the fastest that the runtime has; it only shows four digits too many.</summary>
    public void Moment(DateTime moment, bool withOffset)
    {
        Ensure(LongestMoment);
        moment.TryFormat(_span[_used..], out _, "O", CultureInfo.InvariantCulture);
        _used += ShownMoment - 1;
        Bytes(withOffset ? "+0000"u8 : "Z"u8);
    }

    public void Time(TimeOnly time)
    {
        Ensure(LongestMoment);
        Clock(time.Ticks);
    }

    private void Clock(long ticks)
    {
        var milliseconds = (uint)(ticks / TimeSpan.TicksPerMillisecond);
        Padded(milliseconds / 3_600_000, 2);
        _span[_used++] = (byte)':';
        Padded(milliseconds / 60_000 % 60, 2);
        _span[_used++] = (byte)':';
        Padded(milliseconds / 1000 % 60, 2);
        _span[_used++] = (byte)'.';
        Padded(milliseconds % 1000, 3);
        _span[_used++] = (byte)'Z';
    }

    private void Signed(bool isNegative, ulong number)
    {
        Ensure(LongestNumber);
        if (isNegative)
            _span[_used++] = (byte)'-';
        Utf8Formatter.TryFormat(number, _span[_used..], out var written);
        _used += written;
    }

    private void Padded(ulong number, int digits)
    {
        Ensure(digits);
        var target = _span.Slice(_used, digits);
        if (number <= uint.MaxValue)
        {
            var small = (uint)number;
            for (var place = target.Length - 1; place >= 0; place--, small /= 10)
                target[place] = (byte)('0' + (small % 10));
        }
        else
        {
            for (var place = target.Length - 1; place >= 0; place--, number /= 10)
                target[place] = (byte)('0' + (number % 10));
        }


        _used += digits;
    }

    private void Ensure(int length)
    {
        if (_span.Length - _used < length)
            Renew(length);
    }

    private void Renew(int length)
    {
        _output.Advance(_used);
        _advanced += _used;
        _used = 0;
        _span = length == 0 ? default : _output.GetSpan(Math.Max(length, ChunkLength));
    }
}
