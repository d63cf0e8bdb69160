using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Tandem.Cli.Help;
using Tandem.Cli.Remote;
using Tandem.Server.Adopt;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Verify;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem adopt</c>: takes over a schema that Heroku Connect filled, in place and without a reload, and compares both sides: by itself,
/// or by the server that works the connection. With <c>--dry-run</c> it tells what it would do.
/// </summary>
internal static class AdoptCommand
{
    private static readonly JsonSerializerOptions Indented = new(VerifyJson.Options) { WriteIndented = true };

    private static readonly EndOptions Ends = new("The mapping file that Heroku Connect exports; without it, the tables tell.");
    private static readonly ApiTarget Server = new();

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Tells what would be kept, replaced, added and refused; changes nothing.",
    };

    private static readonly Option<bool> ConfirmPaused = new("--confirm-paused")
    {
        Description = "You have paused Heroku Connect. Without it nothing is changed.",
    };

    private static readonly Option<string> Verify = new("--verify")
    {
        Description = "How closely both sides are compared at the end: counts, stamps, values or off.",
        DefaultValueFactory = _ => "stamps",
    };

    public static Command Build()
    {
        Verify.TakeOneOf("counts", "stamps", "values", "off");
        var command = new Command(
            "adopt", "Takes over a schema that Heroku Connect filled, in place, without a reload.")
        {
            Ends.Database, Ends.Schema, Ends.Org, Ends.Mappings, Ends.Flow, DryRun, ConfirmPaused, Verify,
        };
        Server.AddTo(command);
        Server.Choice[0].Description =
            "Lets the server at this address do it for one of its connections, as --app and --resource do; without such a word it is done "
            + "here.";
        command.Validators.Add(CheckMix);
        HelpNotes.Add(
            command, "Exit codes: 0 done, or nothing to do; 1 refused; 3 taken over, and rows differ.", EndOptions.Secrets);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>A server knows its ends.</summary>
    private static void CheckMix(CommandResult command)
    {
        if (GivenWords.Of(command, Server.Choice) is { Length: > 0 } server
            && GivenWords.Of(command, [Ends.Database, Ends.Schema, Ends.Org, Ends.Flow]) is { Length: > 0 } ends)
            command.AddError($"{server} lets a server do it, which has its own {ends}: give words of one kind.");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isServed = GivenWords.Of(parsed.CommandResult, Server.Choice).Length > 0;
        var adoption = isServed ? await AskServerAsync(parsed, cancellationToken) : await AdoptAsync(parsed, cancellationToken);
        if (Server.IsJson(parsed))
            Console.WriteLine(JsonSerializer.Serialize(adoption, Indented));
        else
            AdoptScreen.Show(Screens.Open(), adoption, isServed);
        foreach (var problem in Server.IsJson(parsed) ? [] : adoption.Problems)
            await Console.Error.WriteLineAsync(problem);
        if (adoption.LookProblem is { } look)
            await Console.Error.WriteLineAsync($"The schema is taken over, but both sides were not compared: {look}");
        return adoption.Problems.Count > 0 || adoption.LookProblem is not null ? CommandLine.Failed
            : adoption.Reports.Any(report => report.Differences > report.Repaired) ? CommandLine.SidesDiffer
            : 0;
    }

    private static async Task<AdoptionView> AdoptAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var level = parsed.GetValue(Verify) ?? "stamps";
        var options = new AdoptOptions
        {
            Host = Ends.Read(parsed),
            HasMappings = parsed.GetValue(Ends.Mappings) is not null,
            IsDryRun = parsed.GetValue(DryRun),
            IsPauseConfirmed = parsed.GetValue(ConfirmPaused),
            Verify = level == "off" ? null : Enum.Parse<VerifyLevel>(level, ignoreCase: true),
        };
        var kill = PlannedKill.Parse(Environment.GetEnvironmentVariable(PlannedKill.Variable));
        using var listening = kill is null ? null : Failpoints.Listen(kill.Hear);
        using var loggerFactory = Logging.ToStandardError(LogLevel.Warning);
        var outcome = await new AdoptDesk(options, TimeProvider.System, loggerFactory).RunAsync(cancellationToken);
        return AdoptionView.Of(outcome, options.IsDryRun);
    }

    private static async Task<AdoptionView> AskServerAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var api = Server.Open(parsed);
        var connection = await Server.FindAsync(api, parsed, cancellationToken);
        var asked = new JsonObject
        {
            ["dry_run"] = parsed.GetValue(DryRun),
            ["confirm_paused"] = parsed.GetValue(ConfirmPaused),
            ["verify"] = parsed.GetValue(Verify),
        };
        if (parsed.GetValue(Ends.Mappings) is { } file)
            asked["mapping_file"] = JsonNode.Parse(MappingFiles.Read(file).Text);
        var begun = await api.SendAsync(
            HttpMethod.Post, $"/api/v1/connections/{connection["id"]}/adoption", asked, cancellationToken);
        var result = await api.FinishAsync(begun, cancellationToken);
        return result["adoption"].Deserialize<AdoptionView>(ApiClient.Spelling)
            ?? throw new ConfigurationException($"{result["sentence"]}");
    }
}
