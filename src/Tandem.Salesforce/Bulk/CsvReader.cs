using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Tandem.Salesforce.Bulk;

/// <summary>
/// Reads the rows of a Bulk API result: bytes in, spans out, no string and no allocation per row. Rows lie whole in one pooled buffer,
/// which grows to the longest row; quoted values with doubled quotes are unescaped in place once their row is complete.
/// Rows end with LF or CRLF, the last one also with the input; a byte order mark is skipped. Strict otherwise, because a lenient guess
/// would shift values into wrong columns. Use: <c>while (await csv.FillAsync(ct)) while (csv.TryReadRow()) ..</c>
/// The stream stays the caller's. Source: salesforce-api.md, section 3.
/// </summary>
public sealed class CsvReader : IDisposable
{
    private const int DefaultBufferSize = 128 * 1024;

    /// <summary>Above any row that Salesforce can send: 400,000 characters on write, some 1.6 million of long text on read.</summary>
    private const int LongestRow = 64 * 1024 * 1024;
    private const byte Quote = (byte)'"';
    private const byte Comma = (byte)',';
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\",\r\n"u8);

    private readonly Stream _stream;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private bool _isInputEnded;
    private bool _isMarkChecked;
    private int[] _fieldStarts = new int[64];

    // Negative (complement) while a field of the row being read still holds doubled quotes.
    private int[] _fieldLengths = new int[64];
    private int _fieldCount;
    private bool _hasDoubledQuotes;

    public CsvReader(Stream stream, int bufferSize = DefaultBufferSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferSize);
        _stream = stream;
        _buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
    }

    /// <summary>Of the row last read.</summary>
    public int FieldCount => _fieldCount;

    /// <summary>True once the stream has given its last byte; rows may still lie in the buffer.</summary>
    public bool IsInputEnded => _isInputEnded;

    /// <summary>Of the row last read, from 1, header rows included.</summary>
    public long RowNumber { get; private set; }

    /// <summary>The value without quotes, unescaped; good until the next call of another method.</summary>
    public ReadOnlySpan<byte> Field(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_fieldCount, nameof(index));
        return _buffer.AsSpan(_fieldStarts[index], _fieldLengths[index]);
    }

    /// <summary>
    /// The bytes that hold the row last read, from its first value to the end of its last, with leftovers of the CSV between them; good
    /// until the next call of another method.
    /// </summary>
    public ReadOnlySpan<byte> Row => _fieldCount == 0
        ? default
        : _buffer.AsSpan(_fieldStarts[0], _fieldStarts[_fieldCount - 1] + _fieldLengths[_fieldCount - 1] - _fieldStarts[0]);

    /// <summary>Reads more bytes behind those not yet consumed; false at the end of the input with nothing left.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_isInputEnded)
            return _end > _start;
        _fieldCount = 0;
        MakeRoom();
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        if (read == 0)
            _isInputEnded = true;
        _end += read;
        return _end > _start || !_isInputEnded;
    }

    /// <summary>Steps to the next row that lies complete in the buffer; false when more bytes are needed or none are left.</summary>
    public bool TryReadRow()
    {
        _fieldCount = 0;
        _hasDoubledQuotes = false;
        if (!_isMarkChecked && !TrySkipMark())
            return false;
        if (_start == _end)
            return false;

        var position = _start;
        while (true)
        {
            var outcome = position < _end && _buffer[position] == Quote
                ? TryReadQuoted(ref position)
                : TryReadPlain(ref position);
            switch (outcome)
            {
                case FieldEnd.Comma:
                    continue;
                case FieldEnd.Row:
                    _start = position;
                    RowNumber++;
                    if (_hasDoubledQuotes)
                        Unescape();
                    return true;
                default:
                    _fieldCount = 0;
                    return false;
            }
        }
    }

    public void Dispose()
    {
        var rented = _buffer;
        _buffer = [];
        _start = _end = _fieldCount = 0;
        _isInputEnded = true;
        if (rented.Length > 0)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        if (_end < _buffer.Length)
            return;
        if (_buffer.Length >= LongestRow)
            throw Malformed($"is longer than {LongestRow} bytes, more than Salesforce can send");
        var bigger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Buffer.BlockCopy(_buffer, 0, bigger, 0, _end);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = bigger;
    }

    private bool TrySkipMark()
    {
        var mark = "\uFEFF"u8;
        var head = _buffer.AsSpan(_start, Math.Min(mark.Length, _end - _start));
        if (head.Length < mark.Length && mark.StartsWith(head) && !_isInputEnded)
            return false;
        if (head.SequenceEqual(mark))
            _start += mark.Length;
        _isMarkChecked = true;
        return true;
    }

    private FieldEnd TryReadPlain(ref int position)
    {
        var first = position;
        var offset = _buffer.AsSpan(first, _end - first).IndexOfAny(Structure);
        if (offset < 0)
        {
            if (!_isInputEnded)
                return FieldEnd.Unknown;
            position = _end;
        }
        else
        {
            position = first + offset;
            if (_buffer[position] == Quote)
                throw Malformed("has a quote inside a value that is not quoted");
        }

        AddField(first, position - first);
        return TryStepOver(ref position);
    }

    private FieldEnd TryReadQuoted(ref int position)
    {
        var first = position + 1;
        var search = first;
        var isDoubled = false;
        while (true)
        {
            var offset = _buffer.AsSpan(search, _end - search).IndexOf(Quote);
            var close = search + offset;
            if (offset < 0 || (close + 1 == _end && !_isInputEnded))
                return _isInputEnded ? throw Malformed("has a quote that is never closed") : FieldEnd.Unknown;
            if (close + 1 < _end && _buffer[close + 1] == Quote)
            {
                isDoubled = true;
                search = close + 2;
                continue;
            }

            AddField(first, isDoubled ? ~(close - first) : close - first);
            _hasDoubledQuotes |= isDoubled;
            position = close + 1;
            return TryStepOver(ref position);
        }
    }

    /// <summary>Steps over the comma or line end behind a field.</summary>
    private FieldEnd TryStepOver(ref int position)
    {
        if (position == _end)
            return FieldEnd.Row;
        switch (_buffer[position])
        {
            case Comma:
                position++;
                return FieldEnd.Comma;
            case LineFeed:
                position++;
                return FieldEnd.Row;
            case CarriageReturn when position + 1 < _end && _buffer[position + 1] == LineFeed:
                position += 2;
                return FieldEnd.Row;
            case CarriageReturn when position + 1 == _end && !_isInputEnded:
                return FieldEnd.Unknown;
            case CarriageReturn:
                throw Malformed("has a carriage return outside quotes that no line feed follows");
            default:
                throw Malformed("has text between a closing quote and the next comma or line end");
        }
    }

    private void AddField(int first, int length)
    {
        if (_fieldCount == _fieldStarts.Length)
        {
            Array.Resize(ref _fieldStarts, _fieldCount * 2);
            Array.Resize(ref _fieldLengths, _fieldCount * 2);
        }

        _fieldStarts[_fieldCount] = first;
        _fieldLengths[_fieldCount] = length;
        _fieldCount++;
    }

    private void Unescape()
    {
        for (var index = 0; index < _fieldCount; index++)
        {
            if (_fieldLengths[index] < 0)
                _fieldLengths[index] = Unescape(_buffer.AsSpan(_fieldStarts[index], ~_fieldLengths[index]));
        }
    }

    private static int Unescape(Span<byte> value)
    {
        var read = 0;
        var written = 0;
        while (true)
        {
            var offset = value[read..].IndexOf(Quote);
            var run = offset < 0 ? value.Length - read : offset + 1;
            value.Slice(read, run).CopyTo(value[written..]);
            written += run;
            if (offset < 0)
                return written;
            read += run + 1;
        }
    }

    private FormatException Malformed(string what)
        => new(string.Create(CultureInfo.InvariantCulture, $"Row {RowNumber + 1} of the CSV {what}."));

    /// <summary>What stands behind a field; unknown when the bytes at hand do not show it.</summary>
    private enum FieldEnd
    {
        Unknown,
        Comma,
        Row,
    }
}
