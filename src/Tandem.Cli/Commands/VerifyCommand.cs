using System.CommandLine;
using System.Text.Json;
using Tandem.Sync.Catalog;
using Tandem.Sync.Verify;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem verify</c>: asks the running server to compare both sides and prints its report. Ends with 0 when they are equal.
/// </summary>
internal static class VerifyCommand
{
    private static readonly Argument<string?> ObjectName = new("OBJECT")
    {
        Description = "The API name of one mapped object; without it, all.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Level = new("--level")
    {
        Description = "How closely to compare: counts, stamps (ids and when they changed) or values.",
        DefaultValueFactory = _ => "stamps",
    };

    private static readonly Option<bool> Repair = new("--repair")
    {
        Description = "Reads again from the org what differs, and puts it right.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Prints the reports as JSON." };
    private static readonly Target Server = new();

    public static Command Build()
    {
        Level.Validators.Add(Validation.OneOf("counts", "stamps", "values"));
        var command = new Command(
            "verify", "Compares both sides while the sync goes on. Exit codes: 0 equal or repaired, 3 rows differ, 1 not compared.")
        {
            ObjectName, Level, Repair, Json,
        };
        Server.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var level = Enum.Parse<VerifyLevel>(parsed.GetValue(Level) ?? "stamps", ignoreCase: true);
        var options = JsonSerializer.Serialize(new VerifyRequest(level, parsed.GetValue(Repair)), VerifyJson.Options);
        var outcome = await Server.Open(parsed, options).AskAsync(RequestKind.Verify, parsed.GetValue(ObjectName), cancellationToken);
        var reports = outcome.Detail is { } detail
            ? JsonSerializer.Deserialize<List<VerifyReport>>(detail, VerifyJson.Options) ?? []
            : [];
        if (parsed.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(reports, VerifyJson.Options));
        else if (reports.Count > 0)
            VerifyScreen.Show(Screens.Open(), reports);
        await (outcome.Succeeded && !parsed.GetValue(Json) ? Console.Out : Console.Error).WriteLineAsync(outcome.Sentence);
        return reports.Exists(report => report.Differences > report.Repaired) ? CommandLine.SidesDiffer
            : outcome.Succeeded ? 0
            : CommandLine.Failed;
    }
}
