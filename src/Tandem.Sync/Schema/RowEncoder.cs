using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tandem.Postgres.Load;
using Tandem.Salesforce.Bulk;

namespace Tandem.Sync.Schema;

/// <summary>
/// Turns records, from Bulk's CSV or REST's JSON, into COPY rows whose columns stand in the order of the mapped fields. A record with a
/// value that does not fit into its column is left out and noted, so that one value never stops a load.
/// </summary>
public sealed class RowEncoder(MappedObject mapped)
{
    private readonly MappedField[] _fields = [.. mapped.Fields];
    private readonly byte[][] _names = [.. mapped.Fields.Select(field => Encoding.UTF8.GetBytes(field.Description.Name))];
    private readonly List<HeldRow> _held = [];

    /// <summary>What was left out since the encoder was made: one entry for each value that does not fit.</summary>
    public IReadOnlyList<HeldRow> Held => _held;

    /// <summary>As <see cref="Held"/>, which is empty afterwards: for readers that commit in batches.</summary>
    public IReadOnlyList<HeldRow> TakeHeld()
    {
        HeldRow[] taken = [.. _held];
        _held.Clear();
        return taken;
    }

    /// <summary>Adds the reader's present row.</summary>
    /// <returns>False when it was left out and stands in <see cref="Held"/>.</returns>
    /// <exception cref="FormatException">The row has not the columns that were asked for.</exception>
    public bool Encode(CsvReader csv, CopyRows rows)
    {
        if (csv.FieldCount != _fields.Length)
            throw new FormatException($"{mapped.Name}: a row of a Bulk result has {csv.FieldCount} values, expected {_fields.Length}.");

        // One look at the whole row; only a row that has something odd in it is looked at value by value.
        var isClean = ValueEncoders.CheckText(csv.Row) == ValueFit.Fits;
        var before = _held.Count;
        rows.BeginRow((short)_fields.Length);
        for (var i = 0; i < _fields.Length; i++)
        {
            var value = csv.Field(i);
            var fit = Encode(i, value, isClean, rows);
            if (fit != ValueFit.Fits)
                Hold(i, fit, value, Encoding.UTF8.GetString(csv.Field(_fields.Length - 1)), rows);
        }

        return KeepUnlessHeld(before, rows);
    }

    /// <summary>Adds a record of a query page or a retrieve.</summary>
    /// <returns>False when it was left out and stands in <see cref="Held"/>.</returns>
    /// <exception cref="FormatException">The record lacks a field that was asked for.</exception>
    public bool Encode(JsonElement record, CopyRows rows)
    {
        var before = _held.Count;
        rows.BeginRow((short)_fields.Length);
        var members = record.EnumerateObject();
        for (var i = 0; i < _fields.Length; i++)
        {
            if (!TryFind(i, record, ref members, out var value))
                throw new FormatException($"{mapped.Name}: a record came without the field {_fields[i].Description.Name}.");
            EncodeJson(i, value, record, rows);
        }

        return KeepUnlessHeld(before, rows);
    }

    /// <summary>
    /// Answers name the fields in the order in which they were asked for, so the next member is tried first: looking each one up reads the
    /// record from its end every time.
    /// </summary>
    private bool TryFind(int ordinal, JsonElement record, ref JsonElement.ObjectEnumerator members, out JsonElement value)
    {
        if (_fields[ordinal].Lookup is not null)
            return _fields[ordinal].TryRead(record, out value);
        var isNext = members.MoveNext();
        if (isNext && members.Current.NameEquals("attributes"u8))
            isNext = members.MoveNext();
        if (isNext && members.Current.NameEquals(_names[ordinal]))
        {
            value = members.Current.Value;
            return true;
        }

        return record.TryGetProperty(_names[ordinal], out value);
    }

    private void EncodeJson(int ordinal, JsonElement value, JsonElement record, CopyRows rows)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        switch (value.ValueKind)
        {
            case JsonValueKind.Null: rows.WriteNull(); break;
            case JsonValueKind.String when raw.Contains((byte)'\\'): EncodeEscaped(ordinal, raw, record, rows); break;
            case JsonValueKind.String: EncodeJsonValue(ordinal, raw[1..^1], record, rows); break;
            default: EncodeJsonValue(ordinal, raw, record, rows); break;
        }
    }

    /// <param name="raw">With its quotes; unescaped it is never longer.</param>
    private void EncodeEscaped(int ordinal, ReadOnlySpan<byte> raw, JsonElement record, CopyRows rows)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            if (TryUnescape(raw, buffer, out var length))
                EncodeJsonValue(ordinal, buffer.AsSpan(0, length), record, rows);
            else
                Hold(ordinal, ValueFit.NotUnicode, raw, IdOf(record), rows);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>False for an escape that is half of a surrogate pair, and for bytes that are no UTF-8.</summary>
    private static bool TryUnescape(ReadOnlySpan<byte> raw, Span<byte> buffer, out int length)
    {
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        try
        {
            length = reader.CopyString(buffer);
            return true;
        }
        catch (InvalidOperationException)
        {
            length = 0;
            return false;
        }
    }

    private void EncodeJsonValue(int ordinal, ReadOnlySpan<byte> value, JsonElement record, CopyRows rows)
    {
        var fit = Encode(ordinal, value, isClean: false, rows);
        if (fit != ValueFit.Fits)
            Hold(ordinal, fit, value, IdOf(record), rows);
    }

    private ValueFit Encode(int ordinal, ReadOnlySpan<byte> value, bool isClean, CopyRows rows)
    {
        if (value.IsEmpty)
        {
            rows.WriteNull();
            return ValueFit.Fits;
        }

        if (!isClean && ValueEncoders.CheckText(value) is var fit and not ValueFit.Fits)
            return fit;
        return _fields[ordinal].Encode(rows, value);
    }

    /// <summary>Null stands in for the value until the whole row is dropped, so that all of its values are looked at.</summary>
    private void Hold(int ordinal, ValueFit fit, ReadOnlySpan<byte> value, string sfid, CopyRows rows)
    {
        rows.WriteNull();
        var characters = fit == ValueFit.TooLong ? ValueEncoders.CountCharacters(value) : 0;
        _held.Add(new HeldRow(mapped.Name, sfid, _fields[ordinal], fit, characters));
    }

    private bool KeepUnlessHeld(int before, CopyRows rows)
    {
        if (_held.Count == before)
            return true;
        rows.RollbackRow();
        return false;
    }

    private static string IdOf(JsonElement record) =>
        record.TryGetProperty("Id"u8, out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() ?? "" : "";
}
