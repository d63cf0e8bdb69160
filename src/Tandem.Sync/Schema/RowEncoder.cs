using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tandem.Postgres.Load;
using Tandem.Salesforce.Bulk;

namespace Tandem.Sync.Schema;

/// <summary>Turns records, from Bulk's CSV or REST's JSON, into COPY rows whose columns stand in the order of the mapped fields.</summary>
public sealed class RowEncoder(MappedObject mapped)
{
    private readonly MappedField[] _fields = [.. mapped.Fields];
    private readonly byte[][] _names = [.. mapped.Fields.Select(field => Encoding.UTF8.GetBytes(field.Description.Name))];

    /// <summary>Checks that a result page has the columns that were asked for, in their order.</summary>
    /// <exception cref="FormatException">It has others.</exception>
    public void CheckHeader(CsvReader csv)
    {
        var isAsAsked = csv.FieldCount == _fields.Length;
        for (var i = 0; isAsAsked && i < _fields.Length; i++)
            isAsAsked = Ascii.EqualsIgnoreCase(csv.Field(i), _names[i]);
        if (!isAsAsked)
            throw new FormatException($"{mapped.Name}: the columns of a Bulk result are not those of its query.");
    }

    /// <summary>Adds the reader's present row.</summary>
    /// <exception cref="FormatException">A value does not fit its field's type; the message names the field.</exception>
    public void Encode(CsvReader csv, CopyRows rows)
    {
        if (csv.FieldCount != _fields.Length)
            throw new FormatException($"{mapped.Name}: a row of a Bulk result has {csv.FieldCount} values, expected {_fields.Length}.");
        rows.BeginRow((short)_fields.Length);
        for (var i = 0; i < _fields.Length; i++)
            Encode(i, csv.Field(i), rows);
    }

    /// <summary>Adds a record of a query page or a retrieve.</summary>
    /// <exception cref="FormatException">A value does not fit its field's type; the message names the field.</exception>
    public void Encode(JsonElement record, CopyRows rows)
    {
        rows.BeginRow((short)_fields.Length);
        for (var i = 0; i < _fields.Length; i++)
        {
            if (!record.TryGetProperty(_names[i], out var value))
                throw new FormatException($"{mapped.Name}: a record came without the field {_fields[i].Description.Name}.");
            EncodeJson(i, value, rows);
        }
    }

    private void EncodeJson(int ordinal, JsonElement value, CopyRows rows)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        switch (value.ValueKind)
        {
            case JsonValueKind.Null: Encode(ordinal, [], rows); break;
            case JsonValueKind.String when raw.Contains((byte)'\\'): Encode(ordinal, Unescape(value), rows); break;
            case JsonValueKind.String: Encode(ordinal, raw[1..^1], rows); break;
            default: Encode(ordinal, raw, rows); break;
        }
    }

    private static byte[] Unescape(JsonElement value) => Encoding.UTF8.GetBytes(value.GetString() ?? "");

    private void Encode(int ordinal, ReadOnlySpan<byte> value, CopyRows rows)
    {
        try
        {
            _fields[ordinal].Encode(rows, value);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new FormatException($"{mapped.Name}.{_fields[ordinal].Description.Name}: {exception.Message}", exception);
        }
    }
}
