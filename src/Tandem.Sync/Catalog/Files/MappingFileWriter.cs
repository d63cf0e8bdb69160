using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Postgres.Conflicts;
using Tandem.Sync.Upkeep;

namespace Tandem.Sync.Catalog.Files;

/// <summary>
/// Writes a connection as a mapping file: what it was imported from, brought up to date. So members that Tandem does not know come
/// out as they went in, and options of its own stand there only where somebody has chosen them: a file that uses none of them goes back to
/// Heroku Connect as it is. The members of each object are sorted. Source: heroku-connect.md, section 11.
/// </summary>
public static class MappingFileWriter
{
    /// <summary>The flags that stand in every newer export, as Heroku Connect has them for a fresh connection.</summary>
    private static readonly (string Name, bool Value)[] UsualFeatures =
    [
        ("disable_bulk_writes", false), ("poll_external_ids", false), ("rest_count_only", false), ("ucs_basic_collation_index", true),
    ];

    /// <summary>A person reads and compares the file: letters of all scripts stay letters.</summary>
    private static readonly JsonSerializerOptions Spelling = new()
    {
        WriteIndented = true, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="exportedAt">The moment of the export.</param>
    public static JsonObject Write(Connection connection, IReadOnlyList<Mapping> mappings, DateTimeOffset exportedAt)
    {
        var root = ParseSource(connection.Source);
        root["version"] = 1;
        root["connection"] = WriteConnection(Child(root, "connection"), connection, exportedAt);
        root["mappings"] = new JsonArray(
            [.. mappings.OrderBy(mapping => mapping.ObjectName, StringComparer.OrdinalIgnoreCase).Select(WriteMapping)]);
        return Sort(root).AsObject();
    }

    /// <summary>The file as text, indented by four as Heroku Connect's command line writes it.</summary>
    public static string ToText(JsonObject file) => file.ToJsonString(Spelling) + "\n";

    private static JsonObject WriteConnection(JsonObject written, Connection connection, DateTimeOffset exportedAt)
    {
        written["name"] = connection.Name;
        written["api_version"] = connection.ApiVersion;
        written["exported_at"] = exportedAt.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
        written.TryAdd("app_name", connection.Name);
        written.TryAdd("logplex_log_enabled", false);
        if (connection.OrganizationId is { } organization)
            written["organization_id"] = organization;

        var features = Child(written, "features");
        foreach (var (name, value) in UsualFeatures)
            features.TryAdd(name, value);
        features["poll_db_no_merge"] = connection.Writes == WriteAlgorithm.Ordered;
        features["use_assignment_rules"] = connection.Assignment.IsOn;
        written["features"] = features;

        var usual = new UpkeepOptions();
        var hasNamedRules = connection.Assignment != AssignmentRules.Off && !connection.Assignment.IsOn;
        Set(written, "assignment_rules", hasNamedRules ? connection.Assignment.ToString() : null);
        Set(written, "types", connection.Types == TypeProfile.Exact ? "exact" : null);
        Set(written, "duplicates", connection.SavesDuplicates ? "save" : null);
        Set(written, "long_text", connection.CutsText ? "cut" : null);
        Set(written, "api_share", connection.ApiShare == Connection.DefaultApiShare ? null : connection.ApiShare);
        Set(written, "archive_after_days", connection.ArchiveAfter == usual.ArchiveAfter ? null : connection.ArchiveAfter.TotalDays);
        Set(written, "archive_for_days", connection.ArchiveFor == usual.ArchiveFor ? null : connection.ArchiveFor.TotalDays);
        return written;
    }

    private static JsonObject WriteMapping(Mapping mapping)
    {
        var item = ParseSource(mapping.Source);
        var config = Child(item, "config");
        config["access"] = mapping.Access == MappingAccess.ReadWrite ? "read_write" : "read_only";
        config["sf_notify_enabled"] = mapping.IsAccelerated;
        config["sf_polling_seconds"] = (int)mapping.PollInterval.TotalSeconds;
        config["sf_max_daily_api_calls"] = mapping.MaxDailyApiCalls;
        config["fields"] = WriteFields(mapping, Child(config, "fields"));
        config["indexes"] = WriteIndexes(mapping, Child(config, "indexes"));
        Set(config, "upsert_field", mapping.UpsertField);
        Set(config, "filter", mapping.Filter);
        Set(config, "fresh_formulas", mapping.KeepsFormulasFresh ? null : false);
        Set(config, "on_drift", mapping.OnDrift == DriftPolicy.Ask ? "ask" : null);
        Set(config, "conflicts", mapping.Conflicts == ConflictPolicy.Local ? null : ConflictPolicies.Word(mapping.Conflicts));
        Set(config, "conflict_columns", mapping.ConflictFields.Count == 0 ? null : WriteConflicts(mapping));

        // The count of an earlier home's changes means nothing here.
        config.Remove("revision");
        if (mapping.AppliedAt is { } applied)
            config["applied_at"] = applied.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        item["object_name"] = mapping.ObjectName;
        item["config"] = config;
        return item;
    }

    /// <summary>Newer exports name the fields that are mapped always too.</summary>
    private static JsonObject WriteFields(Mapping mapping, JsonObject known)
    {
        var fields = new JsonObject();
        foreach (var name in mapping.Fields.Concat(["Id", "SystemModstamp"]).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var field = Child(known, name);
            field.Remove("exclude");
            fields[name] = field;
        }

        foreach (var name in mapping.ExcludedFields)
        {
            var field = Child(known, name);
            field["exclude"] = true;
            fields[name] = field;
        }

        return fields;
    }

    private static JsonObject WriteIndexes(Mapping mapping, JsonObject known)
    {
        var indexes = new JsonObject();
        foreach (var (name, isUnique) in mapping.Indexes)
        {
            var index = Child(known, name);
            index["unique"] = isUnique;
            indexes[name] = index;
        }

        foreach (var (name, isUnique) in new[] { ("Id", true), ("SystemModstamp", false) })
        {
            if (!mapping.Indexes.ContainsKey(name))
                indexes[name] = new JsonObject { ["unique"] = isUnique };
        }

        return indexes;
    }

    private static JsonObject WriteConflicts(Mapping mapping) => new(
        mapping.ConflictFields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)ConflictPolicies.Word(field.Value))));

    private static JsonObject ParseSource(string? source) =>
        source is null ? [] : JsonNode.Parse(source) as JsonObject ?? [];

    /// <summary>A copy of the object that a member holds; an empty one when there is none.</summary>
    private static JsonObject Child(JsonObject parent, string name) => parent[name] is JsonObject child ? child.DeepClone().AsObject() : [];

    /// <summary>An option of its own stands in the file only where it was chosen.</summary>
    private static void Set(JsonObject parent, string name, JsonNode? value)
    {
        if (value is null)
            parent.Remove(name);
        else
            parent[name] = value;
    }

    private static JsonNode Sort(JsonNode node) => node switch
    {
        JsonObject members => new JsonObject(
            members.OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => KeyValuePair.Create(member.Key, member.Value is { } value ? Sort(value) : null))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Sort(item))]),
        _ => node.DeepClone(),
    };
}
