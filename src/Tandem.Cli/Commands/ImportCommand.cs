using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem import</c>: has the running server take a mapping file over, without a restart, and prints what changed. With
/// <c>--dry-run</c> it prints what would change.
/// </summary>
internal static class ImportCommand
{
    private static readonly Argument<FileInfo> File = new("FILE") { Description = "A mapping file, as export writes it." };

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Checks the file against the org and prints what would change; changes nothing.",
    };

    private static readonly Option<bool> NoWait = new("--no-wait")
    {
        Description = "Ends as soon as the file is handed in; notifications tell when it could not be taken over.",
    };

    private static readonly Reach Reach = new();

    public static Command Build()
    {
        var command = new Command("import", "Makes or changes the listed mappings; mappings that are not listed stay as they are.")
        {
            File, DryRun, NoWait,
        };
        Reach.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Reach.AsksServer(parsed)
            ? AskServerAsync(parsed, cancellationToken)
            : AskDatabaseAsync(parsed, cancellationToken));
        return command;
    }

    private static async Task<int> AskDatabaseAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (text, _) = MappingFiles.Read(parsed.GetRequiredValue(File));
        var desk = Reach.Database.Open(parsed, new ImportRequest(text, parsed.GetValue(DryRun)).ToJson());
        if (parsed.GetValue(NoWait) && !parsed.GetValue(DryRun))
        {
            await desk.HandInAsync(RequestKind.Import, objectName: null, cancellationToken);
            return Accept(parsed);
        }

        return await ShowAsync(parsed, await desk.AskAsync(RequestKind.Import, objectName: null, cancellationToken));
    }

    private static async Task<int> AskServerAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (text, file) = MappingFiles.Read(parsed.GetRequiredValue(File));
        using var api = Reach.Server.Open(parsed);
        var connection = await Reach.Server.FindAsync(api, parsed, cancellationToken);
        if (parsed.GetValue(DryRun))
            return await ShowAsync(parsed, await PreviewAsync(api, connection, text, cancellationToken));

        var address = await api.BeginAsync(ApiCommand.PathOf(connection, "/actions/import"), text, cancellationToken);
        if (parsed.GetValue(NoWait))
            return Accept(parsed);
        var outcome = await LoadScreen.RunAsync(
            Reach.Server.IsJson(parsed),
            async tell =>
            {
                var wait = new RequestWait(api, connection, tell);
                var done = await wait.UntilDoneAsync(address, cancellationToken);
                if (done.Succeeded)
                    await wait.UntilLoadedAsync([.. file.Mappings.Select(mapping => mapping.ObjectName)], cancellationToken);
                return done;
            });
        return await ShowAsync(parsed, outcome);
    }

    private static async Task<RequestOutcome> PreviewAsync(
        ApiClient api, JsonNode connection, string text, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/connections/{connection["id"]}/import-preview";
        var preview = await api.SendAsync(HttpMethod.Post, path, JsonNode.Parse(text), cancellationToken);
        var changes = preview["changes"]?.AsArray() ?? [];
        var sentence = changes.Count switch
        {
            0 => "Nothing changes: the connection is as the file asks.",
            1 => "1 setting would change; nothing was changed.",
            var count => $"{count} settings would change; nothing was changed.",
        };
        return new RequestOutcome(true, sentence) { Detail = changes.ToJsonString() };
    }

    private static int Accept(ParseResult parsed)
    {
        if (Reach.Server.IsJson(parsed))
            Console.WriteLine("""{"accepted":true}""");
        else
            Console.WriteLine("The file is handed in.");
        return 0;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, RequestOutcome outcome)
    {
        var isJson = Reach.Server.IsJson(parsed);
        var changes = outcome.Detail is { } detail ? JsonSerializer.Deserialize<List<MappingFileChange>>(detail, JsonSerializerOptions.Web) ?? [] : [];
        if (isJson)
            Console.WriteLine(JsonSerializer.Serialize(changes, JsonSerializerOptions.Web));
        else
            changes.ForEach(Console.WriteLine);
        await (outcome.Succeeded && !isJson ? Console.Out : Console.Error).WriteLineAsync(outcome.Sentence);
        return outcome.Succeeded ? 0 : CommandLine.Failed;
    }
}
