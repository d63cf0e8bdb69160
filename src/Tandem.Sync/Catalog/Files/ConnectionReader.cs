using System.Text.Json;

namespace Tandem.Sync.Catalog.Files;

/// <summary>
/// Reads what a mapping file asks of its connection: the features of the contract that Tandem has, and its own options beside
/// them. Everything else there tells where the file comes from, and is left alone.
/// </summary>
internal static class ConnectionReader
{
    private const int MostDays = 36_500;

    public static ConnectionSettings Read(JsonElement root, List<string> problems)
    {
        if (root.ValueKind != JsonValueKind.Object || Find(root, "connection") is not { } connection)
            return new ConnectionSettings();
        if (connection.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"connection: expected an object, found {MappingFile.Shown(connection)}.");
            return new ConnectionSettings();
        }

        return new ConnectionSettings
        {
            Types = ReadWord<TypeProfile>(connection, "types", "heroku", "exact", problems),
            Writes = ReadFeature(connection, "poll_db_no_merge", problems) switch
            {
                true => WriteAlgorithm.Ordered,
                false => WriteAlgorithm.Merged,
                null => null,
            },
            ArchiveAfter = ReadDays(connection, "archive_after_days", problems),
            ArchiveFor = ReadDays(connection, "archive_for_days", problems),
            Assignment = ReadAssignment(connection, problems),
            SavesDuplicates = ReadChoice(connection, "duplicates", "refuse", "save", problems),
            CutsText = ReadChoice(connection, "long_text", "refuse", "cut", problems),
            ApiShare = ReadShare(connection, problems),
        };
    }

    /// <summary>Null when the member is missing or null.</summary>
    private static JsonElement? Find(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool? ReadFeature(JsonElement connection, string name, List<string> problems)
    {
        if (Find(connection, "features") is not { ValueKind: JsonValueKind.Object } features || Find(features, name) is not { } feature)
            return null;
        if (feature.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return feature.ValueKind == JsonValueKind.True;
        problems.Add($"connection.features.{name}: expected true or false, found {MappingFile.Shown(feature)}.");
        return null;
    }

    /// <summary>Named rules go before the feature, which can only say all or none.</summary>
    private static AssignmentRules? ReadAssignment(JsonElement connection, List<string> problems)
    {
        var feature = ReadFeature(connection, "use_assignment_rules", problems) switch
        {
            true => AssignmentRules.On,
            false => AssignmentRules.Off,
            null => null,
        };
        if (Find(connection, "assignment_rules") is not { } asked)
            return feature;
        if (asked.ValueKind == JsonValueKind.String && AssignmentRules.TryParse(asked.GetString() ?? "", out var rules))
            return rules;
        problems.Add(
            "connection.assignment_rules: expected off, on or rules such as Case=01Q000000000001EAA, found "
            + $"{MappingFile.Shown(asked)}.");
        return feature;
    }

    private static T? ReadWord<T>(JsonElement connection, string name, string first, string second, List<string> problems)
        where T : struct, Enum => ReadChoice(connection, name, first, second, problems) switch
        {
            null => null,
            false => Enum.Parse<T>(first, ignoreCase: true),
            true => Enum.Parse<T>(second, ignoreCase: true),
        };

    /// <returns>True for the second word, null for none.</returns>
    private static bool? ReadChoice(JsonElement connection, string name, string first, string second, List<string> problems)
    {
        if (Find(connection, name) is not { } asked)
            return null;
        var text = asked.ValueKind == JsonValueKind.String ? asked.GetString() : null;
        if (text == first || text == second)
            return text == second;
        problems.Add($"connection.{name}: expected {first} or {second}, found {MappingFile.Shown(asked)}.");
        return null;
    }

    private static int? ReadShare(JsonElement connection, List<string> problems)
    {
        if (Find(connection, "api_share") is not { } asked)
            return null;
        if (asked.ValueKind == JsonValueKind.Number && asked.TryGetInt32(out var share) && share is >= 1 and <= 100)
            return share;
        problems.Add($"connection.api_share: expected a whole number of per cent from 1 to 100, found {MappingFile.Shown(asked)}.");
        return null;
    }

    private static TimeSpan? ReadDays(JsonElement connection, string name, List<string> problems)
    {
        if (Find(connection, name) is not { } asked)
            return null;
        if (asked.ValueKind == JsonValueKind.Number && asked.TryGetDouble(out var days) && days is > 0 and <= MostDays)
            return TimeSpan.FromDays(days);
        problems.Add($"connection.{name}: expected a number of days above 0 and up to {MostDays}, found {MappingFile.Shown(asked)}.");
        return null;
    }
}
