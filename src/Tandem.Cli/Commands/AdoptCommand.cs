using System.CommandLine;
using Microsoft.Extensions.Logging;
using Tandem.Cli.Help;
using Tandem.Server.Adopt;
using Tandem.Sync.Faults;
using Tandem.Sync.Verify;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem adopt</c>: takes over a schema that Heroku Connect filled, in place and without a reload, and compares both sides. With
/// <c>--dry-run</c> it tells what it would do.
/// </summary>
internal static class AdoptCommand
{
    private static readonly EndOptions Ends = new("The mapping file that Heroku Connect exports; without it, the tables tell.");

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

    private static readonly Option<bool> Json = new("--json") { Description = "Prints the plan and the reports as JSON." };

    public static Command Build()
    {
        Verify.TakeOneOf("counts", "stamps", "values", "off");
        var command = new Command(
            "adopt", "Takes over a schema that Heroku Connect filled, in place, without a reload.")
        {
            Ends.Database, Ends.Schema, Ends.Org, Ends.Mappings, Ends.Flow, DryRun, ConfirmPaused, Verify, Json,
        };
        HelpNotes.Add(
            command, "Exit codes: 0 done, or nothing to do; 1 refused; 3 taken over, and rows differ.", EndOptions.Secrets);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
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
        if (parsed.GetValue(Json))
            Console.WriteLine(AdoptJson.Write(outcome, options.IsDryRun));
        else
            AdoptScreen.Show(Screens.Open(), outcome, options.IsDryRun);
        foreach (var problem in parsed.GetValue(Json) ? [] : outcome.Problems)
            await Console.Error.WriteLineAsync(problem);
        if (outcome.LookProblem is { } look)
            await Console.Error.WriteLineAsync($"The schema is taken over, but both sides were not compared: {look}");
        return outcome.Problems.Count > 0 || outcome.LookProblem is not null ? CommandLine.Failed
            : outcome.Reports.Any(report => report.Differences > report.Repaired) ? CommandLine.SidesDiffer
            : 0;
    }
}
