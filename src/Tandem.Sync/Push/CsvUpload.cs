using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Salesforce.Composite;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// The CSV of a Bulk job, written row by row into pieces of memory. An empty value leaves a field alone and <c>#N/A</c> clears it, so a
/// change that has that very text, or a field that takes no value by Bulk, cannot go this way. Source: salesforce-api.md, section 3.1.
/// </summary>
internal sealed class CsvUpload
{
    private const int SegmentBytes = 1 << 20;
    private const int MostValueCharacters = 131_072;
    private const int MostRowCharacters = 400_000;
    private const string Null = "#N/A";

    private readonly FrozenDictionary<string, int> _places;

    /// <summary>The row that is written, kept for the next one: its value by column, null where it has none.</summary>
    private readonly string?[] _cells;

    private readonly StringBuilder _line = new();
    private readonly List<ReadOnlyMemory<byte>> _full = [];
    private ArrayBufferWriter<byte> _present = new(SegmentBytes);
    private long _fullBytes;

    public CsvUpload(MappedObject mapped, WriteOperation operation)
    {
        KeyColumn = operation == WriteOperation.Upsert && mapped.UniqueIdentifier is { } unique ? unique.Description.Name : "Id";
        var isUpsert = operation == WriteOperation.Upsert;
        var fields = mapped.Fields
            .Where(field => IsWritable(field.Lookup ?? field.Description, isUpsert))
            .DistinctBy(
                field => field.Lookup is null ? field.Description.Name : ParentColumns.NamesOf(field).Relationship, StringComparer.Ordinal)
            .SelectMany(ColumnsOf);
        string[] columns = operation == WriteOperation.Delete
            ? [KeyColumn]
            : [.. fields.Prepend(KeyColumn).Distinct(StringComparer.OrdinalIgnoreCase)];
        _places = columns.Index().ToFrozenDictionary(column => column.Item, column => column.Index, StringComparer.OrdinalIgnoreCase);
        _cells = new string?[columns.Length];
        WriteLine(columns);
    }

    /// <summary>The column by which results are matched.</summary>
    public string KeyColumn { get; }

    public long Bytes => _fullBytes + _present.WrittenCount;

    public IReadOnlyList<ReadOnlyMemory<byte>> Segments => [.. _full, _present.WrittenMemory];

    /// <returns>The row's key; null when the row cannot go this way, and nothing was written.</returns>
    public string? TryAdd(CollectionRow row)
    {
        Array.Clear(_cells);
        foreach (var field in row.Fields)
        {
            if (!_places.TryGetValue(NameOf(field), out var place) || Spell(ValueOf(field)) is not { } value)
                return null;
            _cells[place] = value;
        }

        if (row.Id is { } id)
            _cells[0] = id.Value;
        return _cells[0] is { Length: > 0 } key && WriteLine(_cells) ? key : null;
    }

    private static bool IsWritable(FieldDescription field, bool isCreate) => isCreate ? field.IsCreateable : field.IsUpdateable;

    /// <summary>A parent's key is cleared by the reference field, mapped or not.</summary>
    private static IEnumerable<string> ColumnsOf(MappedField field) =>
        field.Lookup is { } lookup ? [field.Description.Name, lookup.Name] : [field.Description.Name];

    /// <summary>A parent by its key has a column named <c>Parent__r.Ext__c</c>.</summary>
    private static string NameOf(KeyValuePair<string, JsonNode?> field) =>
        field.Value is JsonObject parent ? $"{field.Key}.{parent.Single().Key}" : field.Key;

    private static JsonNode? ValueOf(KeyValuePair<string, JsonNode?> field) =>
        field.Value is JsonObject parent ? parent.Single().Value : field.Value;

    /// <summary>Null for a text that would be taken for something else.</summary>
    private static string? Spell(JsonNode? node) => node switch
    {
        null => Null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() switch
        {
            "" => Null,
            Null or { Length: > MostValueCharacters } => null,
            var text => text,
        },
        _ => node.ToJsonString(),
    };

    /// <returns>False for a row that is too long, of which nothing is written.</returns>
    private bool WriteLine(ReadOnlySpan<string?> cells)
    {
        _line.Clear();
        for (var at = 0; at < cells.Length; at++)
        {
            if (at > 0)
                _line.Append(',');
            if (cells[at] is { Length: > 0 } value)
                _line.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        if (_line.Length > MostRowCharacters)
            return false;
        Write(_line.Append('\n').ToString());
        return true;
    }

    private void Write(string text)
    {
        Encoding.UTF8.GetBytes(text, _present);
        if (_present.WrittenCount < SegmentBytes)
            return;
        _full.Add(_present.WrittenMemory);
        _fullBytes += _present.WrittenCount;
        _present = new ArrayBufferWriter<byte>(SegmentBytes);
    }
}
