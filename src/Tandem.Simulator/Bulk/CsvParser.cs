using System.Text.Unicode;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// Reads CSV row by row from bytes, by RFC 4180 with any delimiter: quoted values may hold anything, nothing is trimmed. It never fails;
/// what is no CSV is read as far as the line goes and marked. One parser serves one reader and keeps only the row at hand.
/// Source: salesforce-api.md, section 3.1, "CSV rules".
/// </summary>
internal sealed class CsvParser(byte delimiter)
{
    private const byte Quote = (byte)'"';
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private readonly List<int> _ends = [];
    private byte[] _text = new byte[1024];
    private int _length;

    /// <summary>The values of the row.</summary>
    public int Count => _ends.Count;

    /// <summary>A line without any byte, which is no row.</summary>
    public bool IsBlank { get; private set; }

    /// <summary>Null when the data ended without a line end.</summary>
    public bool? EndsWithCarriageReturn { get; private set; }

    public CsvFault Fault { get; private set; }

    /// <summary>A value without its quotes; gone with the next row.</summary>
    public ReadOnlySpan<byte> this[int at] => _text.AsSpan((at == 0 ? 0 : _ends[at - 1])..(_ends[at]));

    /// <summary>Reads the row at the start of the data and returns its bytes with its line end; 0 when there are none left.</summary>
    public int Read(ReadOnlySpan<byte> data)
    {
        _ends.Clear();
        _length = 0;
        Fault = CsvFault.None;
        EndsWithCarriageReturn = null;
        var at = 0;
        var isOpen = !data.IsEmpty;
        while (isOpen)
        {
            at += at < data.Length && data[at] == Quote ? Quoted(data[at..]) : Plain(data[at..], CsvFault.QuoteInside);
            isOpen = EndValue(data, ref at);
        }

        IsBlank = _ends.Count == 1 && _length == 0 && data[0] is LineFeed or CarriageReturn;
        if (Fault == CsvFault.None && !Utf8.IsValid(_text.AsSpan(0, _length)))
            Fault = CsvFault.NotUtf8;
        return at;
    }

    /// <summary>Ends the value before the place, steps over what ends it, and says whether the row goes on.</summary>
    private bool EndValue(ReadOnlySpan<byte> data, ref int at)
    {
        if (at < data.Length && data[at] == delimiter)
        {
            _ends.Add(_length);
            at++;
            return true;
        }

        if (at < data.Length)
        {
            EndsWithCarriageReturn = data[at] == CarriageReturn;
            at += data[at] == CarriageReturn ? 2 : 1;
        }

        _ends.Add(_length);
        return false;
    }

    private int Quoted(ReadOnlySpan<byte> data)
    {
        var at = 1;
        while (true)
        {
            var length = data[at..].IndexOf(Quote);
            if (length < 0)
            {
                Append(data[at..]);
                Fault = CsvFault.OpenQuote;
                return data.Length;
            }

            Append(data.Slice(at, length));
            at += length + 1;
            if (at >= data.Length || data[at] != Quote)
                break;
            Append(data.Slice(at, 1));
            at++;
        }

        return at + Plain(data[at..], CsvFault.TextAfterQuote);
    }

    /// <summary>Reads up to the next delimiter or line end, which stays.</summary>
    private int Plain(ReadOnlySpan<byte> data, CsvFault fault)
    {
        var end = data.IndexOfAny(delimiter, LineFeed);
        if (end < 0)
            end = data.Length;
        else if (data[end] == LineFeed && end > 0 && data[end - 1] == CarriageReturn)
            end--;
        var text = data[..end];
        if (Fault == CsvFault.None && (fault == CsvFault.TextAfterQuote ? !text.IsEmpty : text.Contains(Quote)))
            Fault = fault;
        Append(text);
        return end;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_text.Length - _length < bytes.Length)
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_text.AsSpan(_length));
        _length += bytes.Length;
    }
}
