using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Composite;

/// <summary>Reads the records of a tree call, parents before their children, and finds what is wrong with the tree as such. Source:
/// salesforce-api.md, section 2.8.</summary>
internal sealed class TreeReader(Org org)
{
    private const int MaxRecords = 200;
    private const int MaxLevels = 5;
    private const int MaxTypes = 5;

    private readonly List<(string ReferenceId, SaveError Error)> _errors = [];
    private readonly List<TreeNode> _nodes = [];
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);

    /// <summary>The records in the order of the call.</summary>
    public IReadOnlyList<TreeNode> Nodes => _nodes;

    public IReadOnlyList<(string ReferenceId, SaveError Error)> Errors => _errors;

    public void Read(ObjectTable root, JsonElement call)
    {
        if (!HasRecords(call, out var records))
            throw SubrequestReader.Invalid("The call needs a list named records");
        foreach (var record in records.EnumerateArray())
            ReadNode(root, record, null, -1);
        if (_nodes.Count > MaxRecords)
            Refuse(_nodes[0].ReferenceId, $"The tree holds {_nodes.Count} records; at most {MaxRecords} are taken");
        if (_nodes.Select(node => node.Table.Type.Name).Distinct(StringComparer.Ordinal).Count() is > MaxTypes and var types)
            Refuse(_nodes[0].ReferenceId, $"The tree holds records of {types} objects; at most {MaxTypes} are taken");
    }

    /// <summary>True for a member that holds the children of a record instead of a value.</summary>
    public static bool IsChildren(JsonProperty member) => HasRecords(member.Value, out _);

    private static bool HasRecords(JsonElement json, out JsonElement records)
    {
        records = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("records", out records)
            && records.ValueKind == JsonValueKind.Array;
    }

    private void ReadNode(ObjectTable table, JsonElement json, TreeNode? parent, int parentOrdinal)
    {
        var referenceId = ReferenceOf(json);
        if (referenceId.Length == 0)
        {
            Refuse("", "Include a reference ID for each record in the request.");
            return;
        }

        if (!_references.Add(referenceId))
            Refuse(referenceId, $"The reference ID {referenceId} stands more than once; each names one record");
        if (DraftReader.TypeOf(json) is { } type && !type.Equals(table.Type.Name, StringComparison.OrdinalIgnoreCase))
            Refuse(referenceId, $"The record is of the type {type}; expected {table.Type.Name}");
        var node = new TreeNode { ReferenceId = referenceId, Table = table, Json = json, Parent = parent, ParentOrdinal = parentOrdinal,
            Level = (parent?.Level ?? 0) + 1 };
        _nodes.Add(node);
        if (node.Level > MaxLevels)
        {
            Refuse(referenceId, $"The tree is more than {MaxLevels} levels deep");
            return;
        }

        foreach (var member in json.EnumerateObject())
        {
            if (!HasRecords(member.Value, out var children))
                continue;
            if (FindChild(table.Type, member.Name) is not (var childTable, var ordinal))
            {
                _errors.Add((referenceId, SaveErrors.InvalidField(table.Type.Name, member.Name)));
                continue;
            }

            foreach (var child in children.EnumerateArray())
                ReadNode(childTable, child, node, ordinal);
        }
    }

    private (ObjectTable Table, int Ordinal)? FindChild(ObjectType parent, string relationship)
    {
        foreach (var table in org.Tables)
        {
            for (var ordinal = 1; ordinal < table.Type.Fields.Count; ordinal++)
            {
                var field = table.Type.Fields[ordinal];
                if (relationship.Equals(field.ChildRelationshipName, StringComparison.OrdinalIgnoreCase)
                    && field.ReferenceTo.Contains(parent.Name, StringComparer.Ordinal))
                    return (table, ordinal);
            }
        }

        return null;
    }

    private static string ReferenceOf(JsonElement json) => json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("attributes", out var attributes) && attributes.ValueKind == JsonValueKind.Object
        && attributes.TryGetProperty("referenceId", out var reference) && reference.ValueKind == JsonValueKind.String
        ? reference.GetString() ?? "" : "";

    private void Refuse(string referenceId, string message) =>
        _errors.Add((referenceId, new SaveError { StatusCode = "INVALID_INPUT", Message = message }));
}
