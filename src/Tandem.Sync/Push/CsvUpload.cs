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

    private readonly string[] _columns;
    private readonly FrozenSet<string> _known;
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
        _columns = operation == WriteOperation.Delete
            ? [KeyColumn]
            : [.. fields.Prepend(KeyColumn).Distinct(StringComparer.OrdinalIgnoreCase)];
        _known = _columns.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        Write(string.Join(',', _columns.Select(Quote)) + "\n");
    }

    /// <summary>The column by which results are matched.</summary>
    public string KeyColumn { get; }

    public long Bytes => _fullBytes + _present.WrittenCount;

    public IReadOnlyList<ReadOnlyMemory<byte>> Segments => [.. _full, _present.WrittenMemory];

    /// <returns>The row's key; null when the row cannot go this way, and nothing was written.</returns>
    public string? TryAdd(CollectionRow row)
    {
        if (row.Fields.Any(field => !_known.Contains(NameOf(field))))
            return null;
        var text = new StringBuilder();
        string? key = null;
        for (var at = 0; at < _columns.Length; at++)
        {
            var value = at == 0 && row.Id is { } id
                ? id.Value
                : TryFind(row.Fields, _columns[at], out var node) ? Spell(node) : "";
            if (value is null || (at == 0 && value.Length == 0))
                return null;
            key ??= value;
            text.Append(at == 0 ? "" : ",").Append(value.Length == 0 ? "" : Quote(value));
        }

        if (key is null || text.Length > MostRowCharacters)
            return null;
        Write(text.Append('\n').ToString());
        return key;
    }

    private static bool IsWritable(FieldDescription field, bool isCreate) => isCreate ? field.IsCreateable : field.IsUpdateable;

    /// <summary>A parent's key is cleared by the reference field, mapped or not.</summary>
    private static IEnumerable<string> ColumnsOf(MappedField field) =>
        field.Lookup is { } lookup ? [field.Description.Name, lookup.Name] : [field.Description.Name];

    /// <summary>A parent by its key has a column named <c>Parent__r.Ext__c</c>.</summary>
    private static string NameOf(KeyValuePair<string, JsonNode?> field) =>
        field.Value is JsonObject parent ? $"{field.Key}.{parent.Single().Key}" : field.Key;

    private static bool TryFind(JsonObject fields, string column, out JsonNode? value)
    {
        var dot = column.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return fields.TryGetPropertyValue(column, out value);
        value = null;
        return fields.TryGetPropertyValue(column[..dot], out var parent)
            && parent is JsonObject key
            && key.TryGetPropertyValue(column[(dot + 1)..], out value);
    }

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

    private static string Quote(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

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
