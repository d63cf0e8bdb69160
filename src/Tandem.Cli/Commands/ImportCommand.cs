using System.CommandLine;
using System.Text.Json;
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

    private static readonly Option<bool> Json = new("--json") { Description = "Prints the changes as JSON." };
    private static readonly Target Server = new();

    public static Command Build()
    {
        var command = new Command("import", "Makes or changes the listed mappings; mappings that are not listed stay as they are.")
        {
            File, DryRun, Json,
        };
        Server.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (text, _) = MappingFiles.Read(parsed.GetRequiredValue(File));
        var desk = Server.Open(parsed, new ImportRequest(text, parsed.GetValue(DryRun)).ToJson());
        var outcome = await desk.AskAsync(RequestKind.Import, objectName: null, cancellationToken);
        var changes = outcome.Detail is { } detail ? JsonSerializer.Deserialize<List<MappingFileChange>>(detail) ?? [] : [];
        if (parsed.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(changes, JsonSerializerOptions.Web));
        else
            changes.ForEach(Console.WriteLine);
        await (outcome.Succeeded && !parsed.GetValue(Json) ? Console.Out : Console.Error).WriteLineAsync(outcome.Sentence);
        return outcome.Succeeded ? 0 : CommandLine.Failed;
    }
}
