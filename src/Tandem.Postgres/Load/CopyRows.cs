using System.Buffers;
using System.Buffers.Binary;

namespace Tandem.Postgres.Load;

/// <summary>
/// Rows in PostgreSQL's binary COPY form, written straight into one pooled buffer that grows and is used again: no string, box or
/// array per value. <see cref="TableLoader"/> and <see cref="TableMerger"/> send them. Each row begins with one field of ours,
/// <c>_hc_lastop</c> = SYNCED, which spares the status trigger; callers neither count nor write it.
/// </summary>
public sealed class CopyRows : IDisposable
{
    private const int FirstSize = 64 * 1024;

    private byte[] _buffer;
    private int _length;
    private int _rowStart;
    private int _fieldsLeft;

    public CopyRows(int initialSize = FirstSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(initialSize);
        _buffer = ArrayPool<byte>.Shared.Rent(initialSize);
    }

    /// <summary>The bytes written so far, the row under construction included.</summary>
    public int Length => _length;

    public int RowCount { get; private set; }

    /// <summary>The fields of each row as the caller counts them; -1 before the first row.</summary>
    public int Columns { get; private set; } = -1;

    /// <summary>All complete rows, without the header and trailer of COPY. Throws when the last row lacks fields.</summary>
    public ReadOnlyMemory<byte> Written
    {
        get
        {
            CheckRowIsComplete();
            return _buffer.AsMemory(0, _length);
        }
    }

    public void BeginRow(short columns)
    {
        CheckRowIsComplete();
        if (Columns >= 0 && columns != Columns)
        {
            throw new InvalidOperationException(
                $"Each row of a COPY has the same fields: the first had {Columns}, this one has {columns}.");
        }

        Columns = columns;
        _rowStart = _length;
        _fieldsLeft = columns;
        BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), (short)(columns + 1));
        var synced = "SYNCED"u8;
        BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), synced.Length);
        synced.CopyTo(Take(synced.Length));
        RowCount++;
    }

    /// <summary>Drops the row begun last, complete or not, as if it had never been begun.</summary>
    public void RollbackRow()
    {
        if (RowCount == 0 || _rowStart == _length)
        {
            throw new InvalidOperationException("There is no row to drop.");
        }

        _length = _rowStart;
        _fieldsLeft = 0;
        RowCount--;
    }

    public void WriteNull()
    {
        CountField();
        BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), -1);
    }

    /// <summary>A text or varchar value that is UTF-8 already.</summary>
    public void WriteUtf8(ReadOnlySpan<byte> value) => value.CopyTo(Field(value.Length));

    public void WriteBoolean(bool value) => Field(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Field(sizeof(int)), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Field(sizeof(long)), value);

    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleBigEndian(Field(sizeof(double)), value);

    /// <summary>A numeric of any precision; PostgreSQL holds it as digits to the base of 10,000, aligned at the point.</summary>
    /// <param name="digits">Values from 0 to 9 of which neither the first nor the last is 0; empty for zero.</param>
    /// <param name="pointAt">How many of the digits stand left of the point: negative or more than there are where zeros fill up.</param>
    /// <param name="scale">The digits behind the point that are shown; at least those that are given.</param>
    public void WriteNumeric(bool isNegative, ReadOnlySpan<byte> digits, int pointAt, int scale)
    {
        const int Header = 4 * sizeof(short);
        const int DigitsOfGroup = 4;
        const short Minus = 0x4000;
        var first = digits.IsEmpty ? 0 : FloorDivide(pointAt - 1, DigitsOfGroup);
        var last = digits.IsEmpty ? 1 : FloorDivide(pointAt - digits.Length, DigitsOfGroup);
        var groups = first - last + 1;
        var field = Field(Header + groups * sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(field, (short)groups);
        BinaryPrimitives.WriteInt16BigEndian(field[2..], (short)first);
        BinaryPrimitives.WriteInt16BigEndian(field[4..], isNegative && !digits.IsEmpty ? Minus : (short)0);
        BinaryPrimitives.WriteInt16BigEndian(field[6..], (short)scale);
        field = field[Header..];
        for (var group = first; group >= last; group--, field = field[sizeof(short)..])
        {
            var value = 0;
            for (var at = pointAt - (group + 1) * DigitsOfGroup; at < pointAt - group * DigitsOfGroup; at++)
                value = value * 10 + (at >= 0 && at < digits.Length ? digits[at] : 0);
            BinaryPrimitives.WriteInt16BigEndian(field, (short)value);
        }
    }

    /// <summary>A timestamp, with or without time zone: the binary form is the same moment in UTC.</summary>
    public void WriteTimestamp(long microsecondsSince2000) => WriteInt64(microsecondsSince2000);

    public void WriteDate(int daysSince2000) => WriteInt32(daysSince2000);

    /// <summary>A time of day, in microseconds since midnight.</summary>
    public void WriteTime(long microseconds) => WriteInt64(microseconds);

    /// <summary>Keeps the buffer and forgets the rows.</summary>
    public void Clear()
    {
        _length = 0;
        _rowStart = 0;
        _fieldsLeft = 0;
        RowCount = 0;
        Columns = -1;
    }

    public void Dispose()
    {
        Clear();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private Span<byte> Field(int size)
    {
        CountField();
        var field = Take(sizeof(int) + size);
        BinaryPrimitives.WriteInt32BigEndian(field, size);
        return field[sizeof(int)..];
    }

    private static int FloorDivide(int value, int divisor) => (value - (value < 0 ? divisor - 1 : 0)) / divisor;

    private void CountField()
    {
        if (_fieldsLeft == 0)
        {
            throw new InvalidOperationException($"A row of this COPY has {Columns} fields; this would be one more.");
        }

        _fieldsLeft--;
    }

    private void CheckRowIsComplete()
    {
        if (_fieldsLeft != 0)
        {
            throw new InvalidOperationException($"The last row lacks {_fieldsLeft} of its {Columns} fields.");
        }
    }

    private Span<byte> Take(int size)
    {
        var end = checked(_length + size);
        if (end > _buffer.Length)
        {
            Grow(end);
        }

        var taken = _buffer.AsSpan(_length, size);
        _length = end;
        return taken;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _buffer.Length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
