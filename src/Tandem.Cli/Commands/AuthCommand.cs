using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem auth</c>: where a person signs in to Salesforce, in any browser, for a connection.</summary>
internal static class AuthCommand
{
    private static readonly Option<string> Environment = new("--environment", "-e")
    {
        Description = "Where the org signs its users in: production, sandbox or custom.",
        DefaultValueFactory = _ => "production",
    };

    private static readonly Option<string?> Domain = new("--domain", "-d") { Description = "The org's My Domain, for custom." };

    private static readonly Option<string> Callback = new("--callback", "-c")
    {
        Description = "Where the browser ends: a page of this server, or a program that listens on this machine.",
        DefaultValueFactory = _ => "/auth/done",
    };

    public static Command Build()
    {
        Environment.TakeOneOf("production", "sandbox", "custom");
        return ApiCommand.Build(
            "auth",
            "Prints the address at which a person signs in to Salesforce for a connection; good for ten minutes.",
            AskAsync,
            answer => Console.WriteLine($"{answer["redirect"]}"),
            Environment,
            Domain,
            Callback);
    }

    private static Task<JsonNode> AskAsync(
        ApiClient api, JsonNode connection, ParseResult parsed, CancellationToken cancellationToken) => api.SendAsync(
            HttpMethod.Post,
            ApiCommand.PathOf(connection, "/authorize_url"),
            new JsonObject
            {
                ["environment"] = parsed.GetValue(Environment), ["domain"] = parsed.GetValue(Domain), ["next"] = parsed.GetValue(Callback),
            },
            cancellationToken);
}
