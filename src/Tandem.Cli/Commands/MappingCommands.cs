using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem mapping</c>: the commands about one mapping of a connection. Names match in any case.
/// Source: heroku-connect.md, section 12.10.
/// </summary>
internal static class MappingCommands
{
    public static Command Build() => new("mapping", "Speaks of one mapping of a connection.")
    {
        BuildOne(
            "state",
            "Tells a mapping's state in one word.",
            (_, mapping, _) => Task.FromResult(mapping),
            mapping => Console.WriteLine(
                mapping["state_description"] is { } sentence ? $"{mapping["state"]}: {sentence}" : $"{mapping["state"]}")),
        BuildOne(
            "reload",
            "Reads every record anew and merges it; the table stays readable and keeps its ids.",
            (api, mapping, token) => api.SendAsync(HttpMethod.Post, $"{mapping["detail_url"]}/actions/reload", body: null, token),
            mapping => Console.WriteLine($"{mapping["object_name"]}: the reload is under way.")),
        BuildOne(
            "delete",
            "Removes a mapping. Its table and rows stay, and changes of them are captured no more.",
            DeleteAsync,
            mapping => Console.WriteLine($"{mapping["object_name"]}: no longer mapped. The table and its rows stay.")),
        BuildOne(
            "errors",
            "Lists what Salesforce refused of it in the last 24 hours.",
            (api, mapping, token) => api.GetAsync($"{mapping["errors_url"]}", token),
            ConnectionScreen.ShowErrors),
    };

    private static Command BuildOne(
        string name, string description, Func<ApiClient, JsonNode, CancellationToken, Task<JsonNode>> askAsync, Action<JsonNode> show)
    {
        var objectName = new Argument<string>("OBJECT") { Description = "The API name of the mapped object." };
        return ApiCommand.Build(
            name,
            description,
            (api, connection, parsed, token) => askAsync(api, Find(connection, parsed.GetValue(objectName) ?? ""), token),
            show,
            objectName);
    }

    private static async Task<JsonNode> DeleteAsync(ApiClient api, JsonNode mapping, CancellationToken cancellationToken)
    {
        await api.SendAsync(HttpMethod.Delete, $"{mapping["detail_url"]}", body: null, cancellationToken);
        return mapping;
    }

    private static JsonNode Find(JsonNode connection, string objectName)
    {
        var mappings = (connection["mappings"]?.AsArray() ?? []).OfType<JsonNode>().ToList();
        return mappings.Find(mapping => objectName.Equals($"{mapping["object_name"]}", StringComparison.OrdinalIgnoreCase))
            ?? throw new ConfigurationException(
                $"{objectName} is not mapped in {connection["name"]}; mapped are "
                + $"{string.Join(", ", mappings.Select(mapping => mapping["object_name"]))}.");
    }
}
