using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary>
/// The commands about one connection of a server: <c>tandem info</c>, <c>state</c>, <c>pause</c>, <c>resume</c> and <c>errors</c>, with the
/// words of Heroku Connect's command line. Source: heroku-connect.md, section 12.10.
/// </summary>
internal static class ConnectionCommands
{
    public static Command BuildInfo() => ApiCommand.Build(
        "info",
        "Tells a connection's settings, and the state and rows of its mappings.",
        (api, connection, _, cancellationToken) => DescribeAsync(api, connection, cancellationToken),
        ConnectionScreen.ShowInfo,
        new Option<bool>("--check-for-new", "-c")
        {
            Description = "Means nothing here: a token sees new connections at once. Taken from those who are used to it.", Hidden = true,
        });

    public static Command BuildState() => ApiCommand.Build(
        "state",
        "Tells a connection's state in one word.",
        (_, connection, _, _) => Task.FromResult<JsonNode>(new JsonObject
        {
            ["name"] = connection["name"]?.DeepClone(),
            ["state"] = connection["state"]?.DeepClone(),
            ["state_description"] = connection["state_description"]?.DeepClone(),
        }),
        ConnectionScreen.ShowState);

    public static Command BuildPause() => BuildAction("pause", "Stops a connection until it is resumed; local changes wait.");

    public static Command BuildResume() => BuildAction("resume", "Lets a paused connection go on.");

    public static Command BuildErrors()
    {
        var command = ApiCommand.Build(
            "errors",
            "Lists what Salesforce refused in the last 24 hours.",
            (api, connection, _, cancellationToken) => api.GetAsync(ApiCommand.PathOf(connection, "/errors"), cancellationToken),
            ConnectionScreen.ShowErrors);
        command.Aliases.Add("write-errors");
        return command;
    }

    /// <summary>Version 3 knows no conflicts; version 1 counts them.</summary>
    private static async Task<JsonNode> DescribeAsync(ApiClient api, JsonNode connection, CancellationToken cancellationToken)
    {
        var counted = await api.GetAsync($"/api/v1/connections/{connection["id"]}", cancellationToken);
        connection["conflict_counts"] = counted["conflict_counts"]?.DeepClone();
        return connection;
    }

    private static Command BuildAction(string action, string description) => ApiCommand.Build(
        action,
        description,
        (api, connection, _, cancellationToken) => api.SendAsync(
            HttpMethod.Post, ApiCommand.PathOf(connection, $"/actions/{action}"), body: null, cancellationToken),
        connection => Console.WriteLine($"{connection["name"]}: {action} is under way."));
}
