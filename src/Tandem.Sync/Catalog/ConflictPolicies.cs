using System.Text.Json;
using Tandem.Postgres.Conflicts;

namespace Tandem.Sync.Catalog;

/// <summary>The words for the conflict policies in the mapping file and in the catalogue.</summary>
internal static class ConflictPolicies
{
    /// <summary>Null when there is no such policy.</summary>
    public static ConflictPolicy? Find(string? word) => word switch
    {
        "local" => ConflictPolicy.Local,
        "salesforce" => ConflictPolicy.Salesforce,
        "newest" => ConflictPolicy.Newest,
        _ => null,
    };

    public static string Word(ConflictPolicy policy) => policy switch
    {
        ConflictPolicy.Local => "local",
        ConflictPolicy.Salesforce => "salesforce",
        ConflictPolicy.Newest => "newest",
        _ => throw new InvalidOperationException($"There is no conflict policy {policy}."),
    };

    /// <summary>Of a word that the database has checked.</summary>
    public static ConflictPolicy Parse(string? word) =>
        Find(word) ?? throw new FormatException("The catalogue's conflict policy is none of local, salesforce and newest.");

    /// <summary>A JSON object of fields and words.</summary>
    public static string Write(IReadOnlyDictionary<string, ConflictPolicy> fields) =>
        JsonSerializer.Serialize(fields.ToDictionary(field => field.Key, field => Word(field.Value), StringComparer.Ordinal));

    public static IReadOnlyDictionary<string, ConflictPolicy> ParseFields(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject()
            .ToDictionary(field => field.Name, field => Parse(field.Value.GetString()), StringComparer.OrdinalIgnoreCase);
    }
}
