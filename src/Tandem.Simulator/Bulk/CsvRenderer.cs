using System.Buffers;
using System.Text;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Query;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// Renders rows of a result as CSV: every value in quotes, null as an empty value. The way to write each column is decided once, so that
/// a row costs no more than copying its bytes. Source: salesforce-api.md, sections 3.2 and 8.2.
/// </summary>
internal sealed class CsvRenderer
{
    private const byte Quote = (byte)'"';

    private readonly BoundField[] _fields;
    private readonly CsvCell[] _cells;
    private readonly int[] _ordinals;
    private readonly byte _delimiter;
    private readonly byte[] _rowEnd;
    private readonly bool _endsDatetimesWithOffset;

    public CsvRenderer(IReadOnlyList<BoundField> columns, byte delimiter, bool endsLinesWithCarriageReturn,
        bool endsDatetimesWithOffset = false)
    {
        _fields = [.. columns];
        _cells = [.. columns.Select(column => CellOf(column.Field.Type))];
        _ordinals = [.. columns.Select(column => column.IsOwn ? column.Sources[0].Ordinal : -1)];
        _delimiter = delimiter;
        _endsDatetimesWithOffset = endsDatetimesWithOffset;
        _rowEnd = endsLinesWithCarriageReturn ? "\"\r\n"u8.ToArray() : "\"\n"u8.ToArray();
        Head = [.. Encoding.UTF8.GetBytes("\"" + string.Join($"\"{(char)delimiter}\"", columns.Select(column => column.Name))), .. _rowEnd];
    }

    /// <summary>The line of column names, with which each page begins.</summary>
    public byte[] Head { get; }

    /// <summary>
    /// Writes rows from one place on until the end or until so many bytes are written; returns the place of the next row.
    /// </summary>
    public int Write(IBufferWriter<byte> output, IReadOnlyList<QueryRow> rows, int start, int end, long mostBytes)
    {
        var buffer = new CsvBuffer(output);
        var place = start;
        while (place < end && buffer.Length < mostBytes)
            WriteRow(ref buffer, rows[place++]);
        buffer.Complete();
        return place;
    }

    private void WriteRow(ref CsvBuffer buffer, in QueryRow row)
    {
        buffer.Byte(Quote);
        for (var column = 0; column < _cells.Length; column++)
        {
            if (column > 0)
                buffer.Between(_delimiter);
            var ordinal = _ordinals[column];
            var value = ordinal >= 0 ? row.Values[ordinal] : _fields[column].Value(row);
            if (value is not null)
                WriteValue(ref buffer, _cells[column], value);
        }

        buffer.Bytes(_rowEnd);
    }

    private void WriteValue(ref CsvBuffer buffer, CsvCell cell, object value)
    {
        switch (cell)
        {
            case CsvCell.Text: buffer.Text((string)value); break;
            case CsvCell.Id: buffer.Text((string)value); break;
            case CsvCell.Masked: buffer.Text(RecordJson.Mask((string)value)); break;
            case CsvCell.Boolean: buffer.Bytes((bool)value ? "true"u8 : "false"u8); break;
            case CsvCell.Whole: buffer.Whole(value is int number ? number : (long)value); break;
            case CsvCell.Fraction: buffer.Fraction((decimal)value); break;
            case CsvCell.Date: buffer.Date((DateOnly)value); break;
            case CsvCell.Moment: buffer.Moment((DateTime)value, _endsDatetimesWithOffset); break;
            case CsvCell.Time: buffer.Time((TimeOnly)value); break;
            default: throw new InvalidOperationException($"{cell} is no kind of cell.");
        }
    }

    private static CsvCell CellOf(FieldType type) => type switch
    {
        FieldType.Id or FieldType.Reference => CsvCell.Id,
        FieldType.EncryptedString => CsvCell.Masked,
        FieldType.Boolean => CsvCell.Boolean,
        FieldType.Int or FieldType.Long => CsvCell.Whole,
        FieldType.Double or FieldType.Currency or FieldType.Percent => CsvCell.Fraction,
        FieldType.Date => CsvCell.Date,
        FieldType.DateTime => CsvCell.Moment,
        FieldType.Time => CsvCell.Time,
        FieldType.Base64 or FieldType.Address or FieldType.Location =>
            throw new ArgumentException($"A column of type {type} has no form in CSV.", nameof(type)),
        _ => CsvCell.Text,
    };
}
