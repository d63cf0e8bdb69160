using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;
using Tandem.Cli.Help;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem serve</c>: works one connection, or with a port all that are stored, until it is stopped.</summary>
internal static class ServeCommand
{
    private static readonly EndOptions Ends = new("A mapping file as Heroku Connect exports it; stored.");
    private static readonly ServedApi Api = new();

    private static readonly Option<string?> Types = new("--types")
    {
        Description = "Column types of new tables: heroku as Heroku Connect makes them, or exact. Stored at the first start.",
    };

    private static readonly Option<string?> Writes = new("--writes")
    {
        Description = "How local changes are sent: ordered, each by itself, or merged, those of a record as one. Stored.",
    };

    private static readonly Option<TimeSpan> ArchiveAfter = new("--archive-after")
    {
        Description = "Days after which processed entries of the change log move to its archive. Stored. [default: 1]",
        CustomParser = Validation.Days,
    };

    private static readonly Option<TimeSpan> ArchiveFor = new("--archive-for")
    {
        Description = "Days after which they leave the archive. Stored. [default: 31]",
        CustomParser = Validation.Days,
    };

    private static readonly Option<AssignmentRules?> Assignment = new("--assignment-rules")
    {
        Description = "Assignment rules of the org that run for local changes: off, on for the active ones, or Case=ID,Lead=ID. Stored.",
        CustomParser = Validation.Assignment,
    };

    private static readonly Option<string?> Duplicates = new("--duplicates")
    {
        Description = "Local changes that a duplicate rule of the org alerts to: refuse, or save where the rule lets that be. Stored.",
    };

    private static readonly Option<string?> LongText = new("--long-text")
    {
        Description = "Text in local changes that is longer than its field: refuse, or cut to the field's length. Stored.",
    };

    private static readonly Option<int> PageRecords = WholeNumber.Option(
        "--page-records",
        "Records that the initial load commits as one unit, which is what a crash costs.",
        1,
        new SyncOptions().LoadPageRecords);

    private static readonly Option<int> Sessions = WholeNumber.Option(
        "--sessions",
        "Database sessions that the polls of all mappings share, and so how many poll at the same time.",
        1,
        new SyncOptions().SharedSessions);

    private static readonly Option<TimeSpan> LostInsertPause = new("--lost-insert-pause")
    {
        Description = "Seconds to wait before asking the org whether an insert was carried out whose answer was lost. [default: 5]",
        CustomParser = Validation.Seconds,
    };

    private static readonly Option<bool> LocalParents = new("--local-parents")
    {
        Description = "A whole number in a reference column is the local id of the parent's row, which is sent first.",
    };

    private static readonly Option<string> Verify = new("--verify")
    {
        Description = "How closely both sides are compared once a day, and repaired: counts, stamps, values or off.",
        DefaultValueFactory = _ => "stamps",
    };

    public static Command Build()
    {
        Verify.TakeOneOf("counts", "stamps", "values", "off");
        Writes.TakeOneOf("ordered", "merged");
        Duplicates.TakeOneOf("refuse", "save");
        LongText.TakeOneOf("refuse", "cut");
        Types.TakeOneOf("heroku", "exact");
        var command = new Command(
            "serve",
            "Keeps one org and one database in step until it is stopped; with --port, all stored connections.")
        {
            Ends.Database, Ends.Schema, Ends.Org, Ends.Mappings, Types, Writes, ArchiveAfter, ArchiveFor, Assignment, Duplicates, LongText,
            Ends.Flow, PageRecords, Sessions, LostInsertPause, LocalParents, Verify, Api.App, Api.Port, Api.Bind, Api.PublicUrl,
            Api.DevelopmentOrg,
        };
        command.Validators.Add(CheckMix);
        HelpNotes.Add(
            command,
            "Without --port it works one connection. With --port it works all that are stored and serves the REST API: --schema, --org, "
            + "--mappings or --flow name one of them, which starts by these words and the environment; the others, and without such "
            + "words all, sign in by what is stored.",
            $"{EndOptions.Secrets} {ServedApi.Secrets}");
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>What would be passed over silently is told.</summary>
    private static void CheckMix(CommandResult command)
    {
        var hasPort = command.GetResult(Api.Port) is not null;
        if (!hasPort && GivenWords.Of(command, Api.OnlyWithPort) is { Length: > 0 } served)
            command.AddError($"{served}: there is no REST API without --port; give a port, or leave it out.");
        Option[] settings = [Api.App, Types, Writes, ArchiveAfter, ArchiveFor, Assignment, Duplicates, LongText];
        if (hasPort && !Ends.NameConnection(command) && GivenWords.Of(command, settings) is { Length: > 0 } words)
        {
            command.AddError(
                $"{words}: this is about one connection, and none is named. Name it with --schema, --org, --mappings or --flow; without "
                + "them all stored connections are worked as they are.");
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var hasApi = parsed.GetValue(Api.Port) is not null;
        var sync = BuildSync(parsed);
        var given = !hasApi || Ends.NameConnection(parsed.CommandResult) ? BuildOptions(parsed, sync) : null;
        var kill = PlannedKill.Parse(Environment.GetEnvironmentVariable(PlannedKill.Variable));
        using var listening = kill is null ? null : Failpoints.Listen(kill.Hear);
        using var loggerFactory = Logging.ToStandardError(LogLevel.Information);
        if (hasApi || given is null)
        {
            await Api.RunAsync(parsed, Ends.ReadDatabase(parsed), given, sync, loggerFactory, cancellationToken);
            return 0;
        }

        await using var host = await SyncHost.StartAsync(given, TimeProvider.System, loggerFactory, cancellationToken);
        Console.WriteLine($"Keeping {host.Mappings.All.Count} objects in step with the schema {given.Schema}. Stop with Ctrl-C.");
        await host.RunAsync(cancellationToken);
        return 0;
    }

    private static SyncHostOptions BuildOptions(ParseResult parsed, SyncOptions sync)
    {
        var ends = Ends.Read(parsed);
        return ends with { AppName = parsed.GetValue(Api.App), Settings = BuildSettings(parsed).Over(ends.Settings), Sync = sync };
    }

    private static SyncOptions BuildSync(ParseResult parsed) => new()
    {
        LoadPageRecords = parsed.GetValue(PageRecords),
        SharedSessions = parsed.GetValue(Sessions),
        LostInsertPause = parsed.GetResult(LostInsertPause) is null
            ? new SyncOptions().LostInsertPause
            : parsed.GetValue(LostInsertPause),
        Push = new PushOptions { FindsLocalParents = parsed.GetValue(LocalParents) },
        Verify = BuildVerify(parsed.GetValue(Verify) ?? "stamps"),
    };

    private static ConnectionSettings BuildSettings(ParseResult parsed) => new()
    {
        Types = parsed.GetValue(Types) is { } types ? Enum.Parse<TypeProfile>(types, ignoreCase: true) : null,
        Writes = parsed.GetValue(Writes) is { } writes ? Enum.Parse<WriteAlgorithm>(writes, ignoreCase: true) : null,
        ArchiveAfter = parsed.GetResult(ArchiveAfter) is null ? null : parsed.GetValue(ArchiveAfter),
        ArchiveFor = parsed.GetResult(ArchiveFor) is null ? null : parsed.GetValue(ArchiveFor),
        Assignment = parsed.GetValue(Assignment),
        SavesDuplicates = parsed.GetValue(Duplicates) is { } duplicates ? duplicates == "save" : null,
        CutsText = parsed.GetValue(LongText) is { } longText ? longText == "cut" : null,
    };

    private static VerifyOptions BuildVerify(string level) => level == "off"
        ? new VerifyOptions { Interval = null }
        : new VerifyOptions { Level = Enum.Parse<VerifyLevel>(level, ignoreCase: true) };
}
