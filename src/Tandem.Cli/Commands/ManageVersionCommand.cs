using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem manage-sf-api-version</c>: what another version of the org's API would change, and with <c>--confirm</c> the change to it.
/// Source: heroku-connect.md, sections 12.9 and 12.10.
/// </summary>
internal static class ManageVersionCommand
{
    private static readonly Option<string> TargetVersion = new("--target-version")
    {
        Description = "The version to compare with and to change to, such as 61.0.", Required = true,
    };

    private static readonly Option<string?> Confirm = new("--confirm")
    {
        Description = "Changes to that version, too; wants the name of the connection's app, and the connection paused.",
    };

    public static Command Build()
    {
        TargetVersion.Validators.Add(Validation.ApiVersion);
        return ApiCommand.Build(
            "manage-sf-api-version",
            "Shows what another version of Salesforce's API changes for each mapping, and changes to it.",
            AskAsync,
            VersionScreen.Show,
            TargetVersion,
            Confirm);
    }

    private static Task<JsonNode> AskAsync(
        ApiClient api, JsonNode connection, ParseResult parsed, CancellationToken cancellationToken)
    {
        var target = parsed.GetRequiredValue(TargetVersion);
        var confirmed = parsed.GetValue(Confirm);
        ApiCommand.Confirm(connection, confirmed);
        return confirmed is null
            ? api.GetAsync(ApiCommand.PathOf(connection, $"/schema-diff?target_version={target}"), cancellationToken)
            : api.SendAsync(
                HttpMethod.Post,
                ApiCommand.PathOf(connection, "/actions/change-sf-api-version"),
                new JsonObject { ["target_version"] = target },
                cancellationToken);
    }
}
