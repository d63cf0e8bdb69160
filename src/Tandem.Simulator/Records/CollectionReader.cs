using System.Text;
using System.Text.Json;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Records;

/// <summary>Reads the records of one collections call: each names its object in <c>attributes.type</c>, and a file in it may stand in a
/// part of the body beside the JSON. Source: salesforce-api.md, sections 2.3 and 2.8.</summary>
internal sealed class CollectionReader(Org org, RequestBody? body)
{
    private byte[] _typeName = [];
    private ObjectTable? _table;
    private MemberNames? _names;

    public RecordDraft Read(JsonElement json, bool takesId)
    {
        if (!DraftReader.TryType(json, out var type))
            return Refused(SaveErrors.InvalidType(""));
        if (_names is null || !type.ValueEquals(_typeName))
            Turn(type.GetString() ?? "");
        if (_table is not { } table || _names is not { } names)
            return Refused(SaveErrors.InvalidType(type.GetString() ?? ""));
        var draft = DraftReader.Read(org, table, null, json, names);
        if (body is { HasParts: true })
            draft = WithPart(draft, table, body, json);
        return takesId ? WithId(draft, json) : draft;
    }

    private void Turn(string typeName)
    {
        _typeName = Encoding.UTF8.GetBytes(typeName);
        _table = org.FindTable(typeName);
        _names = _table is null ? null : new MemberNames(_table.Type);
    }

    private static RecordDraft WithPart(RecordDraft draft, ObjectTable table, RequestBody body, JsonElement json)
    {
        var attributes = json.GetProperty("attributes");
        if (!attributes.TryGetProperty("binaryPartName", out var name) || name.GetString() is not { } partName)
            return draft;
        var alias = attributes.TryGetProperty("binaryPartNameAlias", out var given) ? given.GetString() : null;
        return body.Attach(draft, table, partName, alias);
    }

    private static RecordDraft WithId(RecordDraft draft, JsonElement json)
    {
        string? id = null;
        foreach (var member in json.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && (member.NameEquals("id"u8) || member.NameEquals("Id"u8)
                || member.NameEquals("ID"u8)))
                id = member.Value.GetString();
        }

        return draft.Without(0) with { Id = id };
    }

    private static RecordDraft Refused(SaveError error) => new() { Table = null, Errors = [error] };
}
