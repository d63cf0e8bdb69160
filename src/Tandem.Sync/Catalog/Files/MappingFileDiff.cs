using System.Text.Json.Nodes;

namespace Tandem.Sync.Catalog.Files;

/// <summary>
/// What an import changes, found by comparing the export before with the export after: nothing that a file can say is overlooked, and what
/// only says when and where a file was written does not count.
/// </summary>
public static class MappingFileDiff
{
    private static readonly string[] Provenance = ["connection.exported_at", "connection.app_name", "connection.organization_id"];

    /// <returns>In the order of the places.</returns>
    public static IReadOnlyList<MappingFileChange> Between(JsonObject before, JsonObject after)
    {
        var (old, now) = (Flatten(before), Flatten(after));
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.Ordinal)
                .Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path))
                .Order(StringComparer.Ordinal)
                .Select(path => new MappingFileChange(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path))),
        ];
    }

    private static Dictionary<string, string> Flatten(JsonObject file)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in file.Where(member => member.Key != "mappings"))
            Add(values, name, value);
        foreach (var mapping in file["mappings"]?.AsArray() ?? [])
        {
            if (mapping?["object_name"]?.GetValue<string>() is not { } objectName)
                continue;
            foreach (var (name, value) in mapping.AsObject().Where(member => member.Key != "object_name"))
                Add(values, $"{objectName}.{name}", value);
        }

        foreach (var path in values.Keys.Where(IsProvenance).ToList())
            values.Remove(path);
        return values;
    }

    private static bool IsProvenance(string path) =>
        Provenance.Contains(path, StringComparer.Ordinal) || path.EndsWith(".config.applied_at", StringComparison.Ordinal);

    private static void Add(Dictionary<string, string> values, string path, JsonNode? value)
    {
        if (value is JsonObject { Count: > 0 } members)
        {
            foreach (var (name, member) in members)
                Add(values, $"{path}.{name}", member);
        }
        else
            values[path] = value?.ToJsonString() ?? "null";
    }
}
