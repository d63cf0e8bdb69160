using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tandem.Server.Demo;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem demo</c>: a whole small world to look at; with <c>--check</c>, to judge by itself.</summary>
internal static class DemoCommand
{
    private static readonly JsonSerializerOptions OneLine = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Option<int> Rows = WholeNumber.Option(
        "--rows", "Contacts in the org; accounts and opportunities come in proportion.", 1, 10_000);

    private static readonly Option<int> Seed = WholeNumber.Option("--seed", "The same seed makes the same data.", 0, 1);

    private static readonly Option<int?> OrgPort = WholeNumber.OptionWithoutDefault(
        "--org-port", "The org's port; 0 takes a free one. [default: 8700, with --check a free one]", 0, WholeNumber.HighestPort);

    private static readonly Option<int?> Port = WholeNumber.OptionWithoutDefault(
        "--port", "The port of the REST API; 0 takes a free one. [default: 8600, with --check none]", 0, WholeNumber.HighestPort);

    private static readonly Option<string?> Token = new("--token")
    {
        Description = "The token that opens the REST API. [default: one made for this run, and shown]",
    };

    private static readonly Option<int> Activity = WholeNumber.Option("--activity", "Changes per second on each side.", 0, 1_000, 0);

    private static readonly Option<bool> Check = new("--check")
    {
        Description = "Loads, changes both sides, compares them, prints one JSON line and ends.",
    };

    private static readonly Option<string> Schema = new("--schema")
    {
        Description = "The schema of the mapped tables.",
        DefaultValueFactory = _ => "salesforce",
    };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Shows the log instead of the table." };

    private static readonly Logging Log = new();

    public static Command Build()
    {
        Schema.Validators.Add(Validation.Schema);
        var command = new Command(
            "demo", "Starts a Postgres, a Salesforce org and the sync between them, to look at. Uses DATABASE_URL when it is set.")
        {
            Rows, Seed, Port, Token, OrgPort, Activity, Check, Schema, Verbose,
            Log.Format, Log.Level,
        };
        command.SetAction((parsed, cancellationToken) =>
            parsed.GetValue(Check) ? CheckAsync(parsed, cancellationToken) : ShowAsync(parsed, cancellationToken));
        return command;
    }

    private static DemoOptions BuildOptions(ParseResult parsed) => new()
    {
        Rows = parsed.GetValue(Rows),
        Seed = parsed.GetValue(Seed),
        OrgPort = parsed.GetValue(OrgPort) ?? (parsed.GetValue(Check) ? 0 : 8700),
        ApiPort = parsed.GetValue(Port) ?? (parsed.GetValue(Check) ? null : 8600),
        ApiToken = parsed.GetValue(Token) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        Activity = parsed.GetValue(Activity),
        Schema = parsed.GetValue(Schema) ?? "salesforce",
        DatabaseUrl = Environment.GetEnvironmentVariable("DATABASE_URL") is { Length: > 0 } url ? url : null,
    };

    private static async Task<int> CheckAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // Not made here: a temporary folder of ours would be closed to the account that the database runs under.
        var folder = Path.Combine(Path.GetTempPath(), $"tandem-demo-{Guid.CreateVersion7():N}");
        try
        {
            var options = BuildOptions(parsed) with { DataFolder = folder };
            var result = await DemoRun.CheckAsync(options, TimeProvider.System, Loggers(parsed), Say, cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    result.Ok,
                    result.Rows,
                    result.LoadSeconds,
                    ToSalesforceMsP50 = result.ToSalesforceMsP50,
                    result.ToPostgresMsP50,
                    result.Differences,
                },
                OneLine));
            foreach (var example in result.Examples)
                Say(example);
            return result.Ok ? 0 : CommandLine.Failed;
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = BuildOptions(parsed);
        var screen = new DemoScreen(Screens.Open(), TimeProvider.System, options.ApiToken, isLive: !parsed.GetValue(Verbose));
        await DemoRun.ShowAsync(options, TimeProvider.System, Loggers(parsed), Say, screen.ShowAsync, cancellationToken);
        return 0;
    }

    /// <summary>Without a log to look at, the table has the screen; who follows the log over the API still gets it.</summary>
    private static ILoggerFactory Loggers(ParseResult parsed) =>
        Logging.ToStandardError(Log.Read(parsed) with { ConsoleLevel = parsed.GetValue(Verbose) ? null : LogLevel.Critical });

    private static void Say(string sentence) => Console.Error.WriteLine(sentence);
}
