using System.Buffers;
using System.Text;
using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// The head of an uploaded CSV, checked against the object, and the way from a row to the JSON that a REST call would bring: then both doors
/// judge values alike. An empty value is left out, <c>#N/A</c> becomes null. Source: salesforce-api.md, section 3.1, "CSV rules".
/// </summary>
internal sealed class CsvColumns
{
    private const int MostColumns = 5000;
    private const int MostHeadCharacters = 32_000;
    private const int MostFieldCharacters = 131_072;
    private const int MostRowCharacters = 400_000;

    private static readonly JsonWriterOptions Trusting = new() { SkipValidation = true };

    private readonly List<CsvColumn> _columns;
    private readonly ArrayBufferWriter<byte> _json = new();

    private CsvColumns(List<CsvColumn> columns, IReadOnlyList<string> names)
    {
        _columns = columns;
        Names = names;
    }

    /// <summary>The names as they were uploaded; results repeat them.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <exception cref="BulkInvalidException">A column means nothing, or the head is too long.</exception>
    public static CsvColumns Read(CsvParser head, BulkTarget target, UserAccess access)
    {
        if (head.Fault != CsvFault.None)
            throw new BulkInvalidException($"InvalidBatch : The header row is no CSV: {Explain(head.Fault)}");
        var names = Enumerable.Range(0, head.Count).Select(at => Encoding.UTF8.GetString(head[at])).ToList();
        if (names.Count > MostColumns)
            throw new BulkInvalidException($"InvalidBatch : Too many columns: expected at most {MostColumns}, found {names.Count}");
        if (names.Sum(name => name.Length + 1) > MostHeadCharacters)
            throw new BulkInvalidException($"InvalidBatch : The header row is longer than {MostHeadCharacters} characters");
        if (target.IsDelete && (names.Count != 1 || !names[0].Equals("Id", StringComparison.OrdinalIgnoreCase)))
            throw new BulkInvalidException("InvalidBatch : A delete takes the column Id and no other");

        var columns = names.ConvertAll(name => Resolve(name, target.Type, access));
        var twice = columns.GroupBy(column => column.Member.Value, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any());
        if (twice is not null)
            throw new BulkInvalidException($"InvalidBatch : Duplicate field name : {twice.Key}");
        return new CsvColumns(columns, names);
    }

    /// <summary>Why a row cannot be taken whatever its values mean; null when it can.</summary>
    public SaveError? Refuse(CsvParser row)
    {
        if (row.Fault != CsvFault.None)
            return Fail("INVALID_CSV", $"The row is no CSV: {Explain(row.Fault)}");
        if (row.Count != _columns.Count)
            return Fail("INVALID_CSV", $"The row does not match the header row: expected {_columns.Count} values, found {row.Count}");
        var characters = 0;
        for (var at = 0; at < row.Count; at++)
        {
            var length = row[at].Length <= MostFieldCharacters / 4 ? row[at].Length : Encoding.UTF8.GetCharCount(row[at]);
            if (length > MostFieldCharacters)
                return Fail("STRING_TOO_LONG", $"The value is longer than {MostFieldCharacters} characters", Names[at]);
            characters += length;
        }

        return characters > MostRowCharacters ? Fail("LIMIT_EXCEEDED", $"The row is longer than {MostRowCharacters} characters") : null;
    }

    /// <summary>The row as a JSON object; it is gone with the next row.</summary>
    public ReadOnlyMemory<byte> ToJson(CsvParser row)
    {
        _json.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_json, Trusting);
        writer.WriteStartObject();
        for (var at = 0; at < row.Count; at++)
        {
            if (row[at].IsEmpty)
                continue;
            writer.WritePropertyName(_columns[at].Member);
            if (row[at].SequenceEqual("#N/A"u8))
                writer.WriteNullValue();
            else if (_columns[at].ParentField is { } field)
                WriteParent(writer, _columns[at].ParentType, field, row[at]);
            else if (_columns[at].IsBoolean && row[at] is [(byte)'0' or (byte)'1'])
                writer.WriteBooleanValue(row[at][0] == (byte)'1');
            else
                writer.WriteStringValue(row[at]);
        }

        writer.WriteEndObject();
        writer.Flush();
        return _json.WrittenMemory;
    }

    private static void WriteParent(Utf8JsonWriter writer, string? type, JsonEncodedText field, ReadOnlySpan<byte> key)
    {
        writer.WriteStartObject();
        if (type is not null)
        {
            writer.WriteStartObject("attributes");
            writer.WriteString("type", type);
            writer.WriteEndObject();
        }

        writer.WriteString(field, key);
        writer.WriteEndObject();
    }

    private static CsvColumn Resolve(string name, ObjectType type, UserAccess access)
    {
        if (type.FindField(name) is { IsCompound: false } field && access.CanSee(type, field))
        {
            return new CsvColumn { Member = JsonEncodedText.Encode(field.Name), IsBoolean = field.Type == FieldType.Boolean };
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            throw NotFound(name);
        var colon = name.AsSpan(0, dot).IndexOf(':');
        var relationship = name[(colon + 1)..dot];
        var parents = type.Fields.FirstOrDefault(candidate => candidate.RelationshipName is { } known && access.CanSee(type, candidate)
            && known.Equals(relationship, StringComparison.OrdinalIgnoreCase)) ?? throw NotFound(name);
        var parentType = colon < 0 ? null : parents.ReferenceTo.FirstOrDefault(parent =>
            parent.Equals(name[..colon], StringComparison.OrdinalIgnoreCase)) ?? throw NotFound(name);
        return new CsvColumn
        {
            Member = JsonEncodedText.Encode(parents.RelationshipName ?? relationship),
            ParentField = JsonEncodedText.Encode(name[(dot + 1)..]),
            ParentType = parentType,
        };
    }

    private static SaveError Fail(string code, string message, params IReadOnlyList<string> fields) =>
        new() { StatusCode = code, Message = message, Fields = fields };

    private static BulkInvalidException NotFound(string name) => new($"InvalidBatch : Field name not found : {name}");

    private static string Explain(CsvFault fault) => fault switch
    {
        CsvFault.QuoteInside => "a quote stands inside a value that is not quoted",
        CsvFault.TextAfterQuote => "something stands between a closing quote and the delimiter",
        CsvFault.OpenQuote => "a quoted value does not end",
        CsvFault.NotUtf8 => "its bytes are no UTF-8",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No fault to explain."),
    };
}
