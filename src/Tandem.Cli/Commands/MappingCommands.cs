using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem mapping</c>: the commands about one mapping of a connection. Names match in any case.
/// Source: heroku-connect.md, section 12.10.
/// </summary>
internal static class MappingCommands
{
    public static Command Build() => new("mapping", "Shows, reloads, checks or removes one mapping of a connection.")
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
        BuildDelete(),
        BuildDiagnose(),
        BuildErrors(),
    };

    private static Command BuildDelete()
    {
        var confirm = new Option<string?>("--confirm") { Description = "The name of the connection's app, to be sure; may be left out." };
        var objectName = ObjectName();
        return ApiCommand.Build(
            "delete",
            "Removes a mapping. Its table and rows stay, and changes of them are captured no more.",
            async (api, connection, parsed, token) =>
            {
                ApiCommand.Confirm(connection, parsed.GetValue(confirm));
                var mapping = ApiCommand.MappingsOf(connection, parsed.GetRequiredValue(objectName))[0];
                await api.SendAsync(HttpMethod.Delete, $"{mapping["detail_url"]}", body: null, token);
                return mapping;
            },
            mapping => Console.WriteLine($"{mapping["object_name"]}: no longer mapped. The table and its rows stay."),
            objectName,
            confirm);
    }

    private static Command BuildDiagnose()
    {
        var all = DiagnoseCommand.Verbose();
        var objectName = ObjectName();
        return ApiCommand.Build(
            "diagnose",
            "Checks a mapping by rules, each with what to do.",
            (api, connection, parsed, token) =>
            {
                var mapping = ApiCommand.MappingsOf(connection, parsed.GetRequiredValue(objectName))[0];
                return api.GetAsync($"{mapping["detail_url"]}/validations", token);
            },
            (section, parsed) => DiagnosisScreen.ShowSection(
                Screens.Open(), parsed.GetRequiredValue(objectName), section, parsed.GetValue(all)),
            objectName,
            all);
    }

    private static Command BuildErrors()
    {
        var command = BuildOne(
            "errors",
            "Lists what Salesforce refused of it in the last 24 hours.",
            (api, mapping, token) => api.GetAsync($"{mapping["errors_url"]}", token),
            ConnectionScreen.ShowErrors);
        command.Aliases.Add("write-errors");
        return command;
    }

    private static Argument<string> ObjectName() => new("OBJECT") { Description = "The API name of the mapped object." };

    private static Command BuildOne(
        string name, string description, Func<ApiClient, JsonNode, CancellationToken, Task<JsonNode>> askAsync, Action<JsonNode> show)
    {
        var objectName = ObjectName();
        return ApiCommand.Build(
            name,
            description,
            (api, connection, parsed, token) => askAsync(api, ApiCommand.MappingsOf(connection, parsed.GetRequiredValue(objectName))[0], token),
            show,
            objectName);
    }
}
