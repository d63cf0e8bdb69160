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

    private readonly Stream stream;
    private byte[] buffer;
    private int start;
    private int end;
    private bool isInputEnded;
    private bool isMarkChecked;
    private int[] fieldStarts = new int[64];

    // Negative (complement) while a field of the row being read still holds doubled quotes.
    private int[] fieldLengths = new int[64];
    private int fieldCount;
    private bool hasDoubledQuotes;

    public CsvReader(Stream stream, int bufferSize = DefaultBufferSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferSize);
        this.stream = stream;
        buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
    }

    /// <summary>Of the row last read.</summary>
    public int FieldCount => fieldCount;

    /// <summary>Of the row last read, from 1, header rows included.</summary>
    public long RowNumber { get; private set; }

    /// <summary>The value without quotes, unescaped; good until the next call of another method.</summary>
    public ReadOnlySpan<byte> Field(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)fieldCount, nameof(index));
        return buffer.AsSpan(fieldStarts[index], fieldLengths[index]);
    }

    /// <summary>Reads more bytes behind those not yet consumed; false at the end of the input with nothing left.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (isInputEnded)
            return end > start;
        fieldCount = 0;
        MakeRoom();
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        if (read == 0)
            isInputEnded = true;
        end += read;
        return end > start || !isInputEnded;
    }

    /// <summary>Steps to the next row that lies complete in the buffer; false when more bytes are needed or none are left.</summary>
    public bool TryReadRow()
    {
        fieldCount = 0;
        hasDoubledQuotes = false;
        if (!isMarkChecked && !TrySkipMark())
            return false;
        if (start == end)
            return false;

        var position = start;
        while (true)
        {
            var outcome = position < end && buffer[position] == Quote
                ? TryReadQuoted(ref position)
                : TryReadPlain(ref position);
            switch (outcome)
            {
                case FieldEnd.Comma:
                    continue;
                case FieldEnd.Row:
                    start = position;
                    RowNumber++;
                    if (hasDoubledQuotes)
                        Unescape();
                    return true;
                default:
                    fieldCount = 0;
                    return false;
            }
        }
    }

    public void Dispose()
    {
        var rented = buffer;
        buffer = [];
        start = end = fieldCount = 0;
        isInputEnded = true;
        if (rented.Length > 0)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }

        if (end < buffer.Length)
            return;
        if (buffer.Length >= LongestRow)
            throw Malformed($"is longer than {LongestRow} bytes, more than Salesforce can send");
        var bigger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Buffer.BlockCopy(buffer, 0, bigger, 0, end);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = bigger;
    }

    private bool TrySkipMark()
    {
        var mark = "\uFEFF"u8;
        var head = buffer.AsSpan(start, Math.Min(mark.Length, end - start));
        if (head.Length < mark.Length && mark.StartsWith(head) && !isInputEnded)
            return false;
        if (head.SequenceEqual(mark))
            start += mark.Length;
        isMarkChecked = true;
        return true;
    }

    private FieldEnd TryReadPlain(ref int position)
    {
        var first = position;
        var offset = buffer.AsSpan(first, end - first).IndexOfAny(Structure);
        if (offset < 0)
        {
            if (!isInputEnded)
                return FieldEnd.Unknown;
            position = end;
        }
        else
        {
            position = first + offset;
            if (buffer[position] == Quote)
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
            var offset = buffer.AsSpan(search, end - search).IndexOf(Quote);
            var close = search + offset;
            if (offset < 0 || (close + 1 == end && !isInputEnded))
                return isInputEnded ? throw Malformed("has a quote that is never closed") : FieldEnd.Unknown;
            if (close + 1 < end && buffer[close + 1] == Quote)
            {
                isDoubled = true;
                search = close + 2;
                continue;
            }

            AddField(first, isDoubled ? ~(close - first) : close - first);
            hasDoubledQuotes |= isDoubled;
            position = close + 1;
            return TryStepOver(ref position);
        }
    }

    /// <summary>Steps over the comma or line end behind a field.</summary>
    private FieldEnd TryStepOver(ref int position)
    {
        if (position == end)
            return FieldEnd.Row;
        switch (buffer[position])
        {
            case Comma:
                position++;
                return FieldEnd.Comma;
            case LineFeed:
                position++;
                return FieldEnd.Row;
            case CarriageReturn when position + 1 < end && buffer[position + 1] == LineFeed:
                position += 2;
                return FieldEnd.Row;
            case CarriageReturn when position + 1 == end && !isInputEnded:
                return FieldEnd.Unknown;
            case CarriageReturn:
                throw Malformed("has a carriage return outside quotes that no line feed follows");
            default:
                throw Malformed("has text between a closing quote and the next comma or line end");
        }
    }

    private void AddField(int first, int length)
    {
        if (fieldCount == fieldStarts.Length)
        {
            Array.Resize(ref fieldStarts, fieldCount * 2);
            Array.Resize(ref fieldLengths, fieldCount * 2);
        }

        fieldStarts[fieldCount] = first;
        fieldLengths[fieldCount] = length;
        fieldCount++;
    }

    private void Unescape()
    {
        for (var index = 0; index < fieldCount; index++)
        {
            if (fieldLengths[index] < 0)
                fieldLengths[index] = Unescape(buffer.AsSpan(fieldStarts[index], ~fieldLengths[index]));
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
