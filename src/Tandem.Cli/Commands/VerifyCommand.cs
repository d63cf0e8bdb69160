using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Cli.Help;
using Tandem.Cli.Remote;
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

    private static readonly Option<bool> NoWait = new("--no-wait")
    {
        Description = "Ends as soon as the comparison is asked for; its report is kept in the database.",
    };

    private static readonly RequestOutcome UnderWay = new(true, "The comparison is under way.");
    private static readonly Reach Reach = new();

    public static Command Build()
    {
        Level.TakeOneOf("counts", "stamps", "values");
        var command = new Command(
            "verify", "Compares both sides while the sync goes on, and repairs what differs if that is asked for.")
        {
            ObjectName, Level, Repair, NoWait,
        };
        Reach.AddTo(command);
        HelpNotes.Add(command, "Exit codes: 0 equal or repaired; 1 not compared; 3 rows differ.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isJson = Reach.Server.IsJson(parsed);
        var outcome = Reach.AsksServer(parsed)
            ? await AskServerAsync(parsed, cancellationToken)
            : await AskDatabaseAsync(parsed, cancellationToken);
        if (parsed.GetValue(NoWait))
            return await OutcomeScreen.ShowAsync(isJson, outcome);
        var reports = outcome.Detail is { } detail
            ? JsonSerializer.Deserialize<List<VerifyReport>>(detail, VerifyJson.Options) ?? []
            : [];
        if (isJson)
            Console.WriteLine(JsonSerializer.Serialize(reports, VerifyJson.Options));
        else if (reports.Count > 0)
            VerifyScreen.Show(Screens.Open(), reports);
        await (outcome.Succeeded && !isJson ? Console.Out : Console.Error).WriteLineAsync(outcome.Sentence);
        return reports.Exists(report => report.Differences > report.Repaired) ? CommandLine.SidesDiffer
            : outcome.Succeeded ? 0
            : CommandLine.Failed;
    }

    private static async Task<RequestOutcome> AskDatabaseAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var level = Enum.Parse<VerifyLevel>(parsed.GetValue(Level) ?? "stamps", ignoreCase: true);
        var options = JsonSerializer.Serialize(new VerifyRequest(level, parsed.GetValue(Repair)), VerifyJson.Options);
        var desk = Reach.Database.Open(parsed, options);
        if (!parsed.GetValue(NoWait))
            return await desk.AskAsync(RequestKind.Verify, parsed.GetValue(ObjectName), cancellationToken);
        await desk.HandInAsync(RequestKind.Verify, parsed.GetValue(ObjectName), cancellationToken);
        return UnderWay;
    }

    private static async Task<RequestOutcome> AskServerAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var api = Reach.Server.Open(parsed);
        var connection = await Reach.Server.FindAsync(api, parsed, cancellationToken);
        var asked = new JsonObject { ["level"] = parsed.GetValue(Level), ["repair"] = parsed.GetValue(Repair) };
        if (parsed.GetValue(ObjectName) is { } name)
            asked["object_name"] = $"{ApiCommand.MappingsOf(connection, name)[0]["object_name"]}";
        var begun = await api.SendAsync(
            HttpMethod.Post, $"/api/v1/connections/{connection["id"]}/verifications", asked, cancellationToken);
        if (parsed.GetValue(NoWait))
            return UnderWay;
        var answer = await api.FinishAsync(begun, cancellationToken);
        var reports = answer["reports"].Deserialize<List<VerifyReport>>(ApiClient.Spelling);
        return new RequestOutcome(answer["succeeded"]?.GetValue<bool>() == true, $"{answer["sentence"]}")
        {
            Detail = JsonSerializer.Serialize(reports, VerifyJson.Options),
        };
    }
}
