using System.Text.Json;
using Tandem.Postgres.Conflicts;

namespace Tandem.Sync.Catalog.Files;

/// <summary>Reads the mappings of a mapping file. Source: heroku-connect.md, section 11.</summary>
internal static class MappingReader
{
    private static readonly string[] AlwaysMapped = ["Id", "SystemModstamp", "IsDeleted"];

    public static IReadOnlyList<Mapping> Read(JsonElement root, List<string> problems)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("mappings", out var list)
            || list.ValueKind != JsonValueKind.Array)
        {
            problems.Add("This is no mapping file: expected an object with a list named mappings, as Heroku Connect exports it.");
            return [];
        }

        if (root.TryGetProperty("version", out var version) && version.GetRawText() != "1")
            problems.Add($"version: expected 1, found {version.GetRawText()}.");
        if (list.GetArrayLength() == 0)
            problems.Add("mappings: expected at least one mapping, found none.");

        var mappings = new List<Mapping>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            var path = $"mappings[{index}]";
            if (ReadMapping(item, path, problems) is not { } mapping)
                continue;
            if (!seen.Add(mapping.ObjectName))
                problems.Add($"{path}.object_name: {mapping.ObjectName} is mapped twice; an object has one mapping in a connection.");
            mappings.Add(mapping);
        }

        return mappings;
    }

    private static Mapping? ReadMapping(JsonElement item, string path, List<string> problems)
    {
        if (item.ValueKind != JsonValueKind.Object || ReadText(item, "object_name") is not { Length: > 0 } objectName)
        {
            problems.Add($"{path}.object_name: expected the API name of an object, found none.");
            return null;
        }

        if (!objectName.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            problems.Add(
                $"{path}.object_name: expected the API name of an object, which has letters, digits and underscores, found {objectName}.");
            return null;
        }

        if (!item.TryGetProperty("config", out var config) || config.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{path}.config: expected an object with access and fields for {objectName}, found none.");
            return null;
        }

        path += ".config";
        var (fields, excluded) = ReadFields(config, path, problems);
        return new Mapping
        {
            ObjectName = objectName,
            Access = ReadAccess(config, path, problems),
            Fields = fields,
            ExcludedFields = excluded,
            Indexes = ReadIndexes(config, path, problems),
            UpsertField = ReadUpsertField(config, path, problems),
            PollInterval = ReadPollInterval(config, path, problems),
            IsAccelerated = ReadSwitch(config, "sf_notify_enabled", whenMissing: false, path, problems),
            MaxDailyApiCalls = ReadMaxDailyApiCalls(config, path, problems),
            Filter = ReadFilter(config, path, problems),
            KeepsFormulasFresh = ReadSwitch(config, "fresh_formulas", whenMissing: true, path, problems),
            OnDrift = ReadOnDrift(config, path, problems),
            Conflicts = ReadConflicts(config, path, problems),
            ConflictFields = ReadConflictFields(config, path, problems),
            Source = JsonSerializer.Serialize(item),
        };
    }

    private static MappingAccess ReadAccess(JsonElement config, string path, List<string> problems)
    {
        var access = ReadText(config, "access");
        switch (access)
        {
            case "read_only": return MappingAccess.ReadOnly;
            case "read_write": return MappingAccess.ReadWrite;
            default:
                problems.Add($"{path}.access: expected read_only or read_write, found {access ?? "nothing"}.");
                return MappingAccess.ReadOnly;
        }
    }

    /// <summary>Fields to map, and those that a mapping of all fields leaves out: <c>"Description": {"exclude": true}</c>.</summary>
    private static (List<string> Mapped, List<string> Excluded) ReadFields(JsonElement config, string path, List<string> problems)
    {
        if (!config.TryGetProperty("fields", out var fields) || fields.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{path}.fields: expected an object whose members are field names, found none.");
            return ([], []);
        }

        var mapped = new List<string>();
        var excluded = new List<string>();
        foreach (var field in fields.EnumerateObject().DistinctBy(field => field.Name, StringComparer.OrdinalIgnoreCase))
            (ReadExclude(field, path, problems) ? excluded : mapped).Add(field.Name);
        if (excluded.Count > 0 && !mapped.Contains(Mapping.AllFields, StringComparer.Ordinal))
        {
            problems.Add(
                $"{path}.fields.{excluded[0]}.exclude: only a mapping of all fields (\"*\": {{}}) can leave fields out; "
                + "leave the field out of the list instead.");
        }

        foreach (var name in excluded.Where(name => AlwaysMapped.Contains(name, StringComparer.OrdinalIgnoreCase)))
            problems.Add($"{path}.fields.{name}.exclude: every table has this field; it cannot be left out.");
        return (mapped, excluded);
    }

    private static bool ReadExclude(JsonProperty field, string path, List<string> problems)
    {
        if (field.Value.ValueKind != JsonValueKind.Object || !field.Value.TryGetProperty("exclude", out var exclude))
            return false;
        if (field.Name == Mapping.AllFields || exclude.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            problems.Add(
                $"{path}.fields.{field.Name}.exclude: expected true or false on the name of a field, found {MappingFile.Shown(exclude)}.");
        }

        return exclude.ValueKind == JsonValueKind.True;
    }

    private static string? ReadFilter(JsonElement config, string path, List<string> problems)
    {
        if (!config.TryGetProperty("filter", out var asked) || asked.ValueKind == JsonValueKind.Null)
            return null;
        if (asked.ValueKind != JsonValueKind.String || asked.GetString() is not { } filter)
        {
            problems.Add($"{path}.filter: expected a SOQL condition as text, found {asked.ValueKind}.");
            return null;
        }

        if (FilterText.FindProblem(filter) is { } problem)
            problems.Add($"{path}.filter: {problem}");
        return filter.Trim();
    }

    private static bool ReadSwitch(JsonElement config, string name, bool whenMissing, string path, List<string> problems)
    {
        if (!config.TryGetProperty(name, out var asked) || asked.ValueKind == JsonValueKind.Null)
            return whenMissing;
        if (asked.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            problems.Add($"{path}.{name}: expected true or false, found {MappingFile.Shown(asked)}.");
        return asked.ValueKind == JsonValueKind.True;
    }

    private static DriftPolicy ReadOnDrift(JsonElement config, string path, List<string> problems)
    {
        if (!config.TryGetProperty("on_drift", out var asked) || asked.ValueKind == JsonValueKind.Null)
            return DriftPolicy.Follow;
        var text = asked.ValueKind == JsonValueKind.String ? asked.GetString() : null;
        if (text is not ("follow" or "ask"))
            problems.Add($"{path}.on_drift: expected follow or ask, found {MappingFile.Shown(asked)}.");
        return text == "ask" ? DriftPolicy.Ask : DriftPolicy.Follow;
    }

    private static ConflictPolicy ReadConflicts(JsonElement config, string path, List<string> problems) =>
        config.TryGetProperty("conflicts", out var asked) && asked.ValueKind != JsonValueKind.Null
            ? ReadPolicy(asked, $"{path}.conflicts", problems)
            : ConflictPolicy.Local;

    private static Dictionary<string, ConflictPolicy> ReadConflictFields(JsonElement config, string path, List<string> problems)
    {
        var policies = new Dictionary<string, ConflictPolicy>(StringComparer.OrdinalIgnoreCase);
        if (!config.TryGetProperty("conflict_columns", out var asked) || asked.ValueKind == JsonValueKind.Null)
            return policies;
        if (asked.ValueKind != JsonValueKind.Object)
        {
            problems.Add(
                $"{path}.conflict_columns: expected an object such as {{\"Phone\": \"salesforce\"}}, found {asked.ValueKind}.");
            return policies;
        }

        foreach (var field in asked.EnumerateObject())
            policies[field.Name] = ReadPolicy(field.Value, $"{path}.conflict_columns.{field.Name}", problems);
        return policies;
    }

    private static ConflictPolicy ReadPolicy(JsonElement asked, string path, List<string> problems)
    {
        if (asked.ValueKind == JsonValueKind.String && ConflictPolicies.Find(asked.GetString()) is { } policy)
            return policy;
        problems.Add($"{path}: expected local, salesforce or newest, found {MappingFile.Shown(asked)}.");
        return ConflictPolicy.Local;
    }

    private static Dictionary<string, bool> ReadIndexes(JsonElement config, string path, List<string> problems)
    {
        var indexes = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        if (!config.TryGetProperty("indexes", out var asked) || asked.ValueKind == JsonValueKind.Null)
            return indexes;
        if (asked.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{path}.indexes: expected an object such as {{\"Name\": {{\"unique\": false}}}}, found {asked.ValueKind}.");
            return indexes;
        }

        foreach (var index in asked.EnumerateObject())
        {
            var unique = index.Value.ValueKind == JsonValueKind.Object && index.Value.TryGetProperty("unique", out var given)
                ? given
                : default;
            if (unique.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Undefined))
                problems.Add($"{path}.indexes.{index.Name}.unique: expected true or false, found {MappingFile.Shown(unique)}.");
            indexes[index.Name] = unique.ValueKind == JsonValueKind.True;
        }

        return indexes;
    }

    private static int ReadMaxDailyApiCalls(JsonElement config, string path, List<string> problems)
    {
        if (!config.TryGetProperty("sf_max_daily_api_calls", out var asked) || asked.ValueKind == JsonValueKind.Null)
            return Mapping.DefaultMaxDailyApiCalls;
        if (asked.ValueKind == JsonValueKind.Number && asked.TryGetInt32(out var calls) && calls >= 1)
            return calls;
        problems.Add($"{path}.sf_max_daily_api_calls: expected 1 or more, found {MappingFile.Shown(asked)}.");
        return Mapping.DefaultMaxDailyApiCalls;
    }

    private static string? ReadUpsertField(JsonElement config, string path, List<string> problems)
    {
        if (!config.TryGetProperty("upsert_field", out var asked) || asked.ValueKind == JsonValueKind.Null)
            return null;
        if (asked.ValueKind != JsonValueKind.String)
            problems.Add($"{path}.upsert_field: expected the name of a field, found {MappingFile.Shown(asked)}.");
        return ReadText(config, "upsert_field");
    }

    private static TimeSpan ReadPollInterval(JsonElement config, string path, List<string> problems)
    {
        if (!config.TryGetProperty("sf_polling_seconds", out var asked) || asked.ValueKind == JsonValueKind.Null)
            return Mapping.DefaultPollInterval;
        if (asked.ValueKind == JsonValueKind.Number && asked.TryGetInt32(out var seconds) && seconds is >= 1 and <= 86_400)
            return TimeSpan.FromSeconds(seconds);
        problems.Add($"{path}.sf_polling_seconds: expected 1 to 86400, found {asked.GetRawText()}.");
        return Mapping.DefaultPollInterval;
    }

    private static string? ReadText(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
