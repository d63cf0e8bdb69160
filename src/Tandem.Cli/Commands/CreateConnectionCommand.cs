using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Help;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem connections create</c>: makes a connection on a running server. It waits for somebody to sign in, or signs in by the secrets
/// of the environment, which the server then stores.
/// </summary>
internal static class CreateConnectionCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The connection's name, by which --resource finds it." };

    private static readonly Option<string?> App = new("--app", "-a")
    {
        Description = "The app that it belongs to. [default: tandem]", HelpName = "NAME",
    };

    private static readonly Option<string> Schema = new("--schema")
    {
        Description = "The schema of the mapped tables; no other connection's of that database.",
        DefaultValueFactory = _ => "salesforce",
    };

    private static readonly Option<Uri?> Org = new("--org")
    {
        Description = "Where the org signs its users in, such as https://acme.my.salesforce.com.",
        HelpName = "URL",
        CustomParser = Validation.WebAddress,
        Required = true,
    };

    private static readonly Option<string?> ApiVersion = new("--api-version")
    {
        Description = "The version of Salesforce's API, such as 61.0. [default: the newest that Tandem knows]", HelpName = "VERSION",
    };

    private static readonly Option<string?> Types = new("--types")
    {
        Description = "Column types of its tables: heroku as Heroku Connect makes them, or exact. [default: heroku]",
    };

    private static readonly Option<string?> Flow = new("--flow")
    {
        Description = "Signs in by the secrets of the environment: client-credentials, jwt or refresh-token. [default: in a browser]",
    };

    private static readonly TargetOptions Target = new();
    private static readonly ApiTarget Server = new();

    public static Command Build()
    {
        Schema.Validators.Add(Validation.Schema);
        ApiVersion.Validators.Add(Validation.ApiVersion);
        Types.TakeOneOf("heroku", "exact");
        Flow.TakeOneOf("client-credentials", "jwt", "refresh-token");
        var command = new Command("create", "Makes a connection; it begins to work once it is signed in.")
        {
            Name, App, Schema, Target.Key, Target.Url, Org, ApiVersion, Types, Flow,
        };
        Server.AddServerTo(command);
        command.Validators.Add(Target.CheckMix);
        HelpNotes.Add(
            command,
            "With --flow the server stores the secrets encrypted, which needs its master key: TANDEM_CLIENT_ID, TANDEM_CLIENT_SECRET, "
            + "TANDEM_USERNAME, TANDEM_REFRESH_TOKEN, TANDEM_PRIVATE_KEY_FILE, as each way of signing in needs them.",
            TargetOptions.Note);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var asked = new JsonObject
        {
            ["name"] = parsed.GetRequiredValue(Name),
            ["schema_name"] = parsed.GetValue(Schema),
            ["login_url"] = parsed.GetValue(Org)?.ToString(),
        };
        if (parsed.GetValue(App) is { } app)
            asked["app_name"] = app;
        if (parsed.GetValue(Target.Key) is { } key)
            asked["db_key"] = key;
        if (Target.ReadUrl(parsed) is { } url)
            asked["database_url"] = url;
        if (parsed.GetValue(ApiVersion) is { } version)
            asked["api_version"] = version.EndsWith(".0", StringComparison.Ordinal) ? version : $"{version}.0";
        if (parsed.GetValue(Types) is { } types)
            asked["types"] = types;
        if (parsed.GetValue(Flow) is { } flow)
            asked["sign_in"] = SignInSecrets.Read(flow);
        using var api = Server.Open(parsed);
        var made = await api.SendAsync(HttpMethod.Post, "/api/v1/connections", asked, cancellationToken);
        if (Server.IsJson(parsed))
            Console.WriteLine(made.ToJsonString());
        else
            Console.WriteLine(Describe(made, parsed));
        return 0;
    }

    private static string Describe(JsonNode made, ParseResult parsed) => parsed.GetValue(Flow) is null
        ? $"Made {made["name"]}. Sign in for it: tandem auth --resource {made["name"]}"
        : $"Made {made["name"]}; it begins to work.";
}
