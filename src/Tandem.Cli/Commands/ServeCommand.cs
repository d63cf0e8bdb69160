using System.CommandLine;
using Tandem.Server.Hosting;
using Tandem.Server.Telemetry;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem serve</c>: works one connection until it is stopped.</summary>
internal static class ServeCommand
{
    private static readonly EndOptions Ends = new("A mapping file as Heroku Connect exports it; stored.");
    private static readonly ServedApi Api = new();
    private static readonly Logging Log = new();

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
        Verify.Validators.Add(Validation.OneOf("counts", "stamps", "values", "off"));
        Writes.Validators.Add(Validation.OneOf("ordered", "merged"));
        Duplicates.Validators.Add(Validation.OneOf("refuse", "save"));
        LongText.Validators.Add(Validation.OneOf("refuse", "cut"));
        Types.Validators.Add(Validation.OneOf("heroku", "exact"));
        var command = new Command(
            "serve",
            $"Keeps one org and one database in step until it is stopped; with --port, all stored connections. {EndOptions.Secrets} "
            + ServedApi.Secrets)
        {
            Ends.Database, Ends.Schema, Ends.Org, Ends.Mappings, Types, Writes, ArchiveAfter, ArchiveFor, Assignment, Duplicates, LongText,
            Ends.Flow, PageRecords, Sessions, LostInsertPause, LocalParents, Verify, Api.App, Api.Port, Api.Bind, Api.PublicUrl,
            Api.AuditFor, Log.Format, Log.Level,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = BuildOptions(parsed);
        var kill = PlannedKill.Parse(Environment.GetEnvironmentVariable(PlannedKill.Variable));
        using var listening = kill is null ? null : Failpoints.Listen(kill.Hear);
        using var deadline = new StopDeadline(TimeProvider.System, cancellationToken);
        using var loggerFactory = Logging.ToStandardError(Log.Read(parsed));
        await using var telemetry = TelemetryExport.Start(Environment.GetEnvironmentVariable, TimeProvider.System);
        if (parsed.GetValue(Api.Port) is not null)
        {
            await Api.RunAsync(parsed, options, loggerFactory, cancellationToken);
            return 0;
        }

        await using var host = await SyncHost.StartAsync(options, TimeProvider.System, loggerFactory, cancellationToken);
        Console.WriteLine($"Keeping {host.Mappings.All.Count} objects in step with the schema {options.Schema}. Stop with Ctrl-C.");
        await host.RunAsync(cancellationToken);
        return 0;
    }

    private static SyncHostOptions BuildOptions(ParseResult parsed)
    {
        var ends = Ends.Read(parsed);
        return ends with
        {
            AppName = parsed.GetValue(Api.App),
            Settings = BuildSettings(parsed).Over(ends.Settings),
            Sync = new SyncOptions
            {
                LoadPageRecords = parsed.GetValue(PageRecords),
                SharedSessions = parsed.GetValue(Sessions),
                LostInsertPause = parsed.GetResult(LostInsertPause) is null
                    ? new SyncOptions().LostInsertPause
                    : parsed.GetValue(LostInsertPause),
                Push = new PushOptions { FindsLocalParents = parsed.GetValue(LocalParents) },
                Verify = BuildVerify(parsed.GetValue(Verify) ?? "stamps"),
            },
        };
    }

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
