using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Tandem.Salesforce.Auth;
using Tandem.Server.Api;
using Tandem.Server.Hosting;
using Tandem.Server.Secrets;
using Tandem.Server.SignIn;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem serve</c>: works one connection until it is stopped.</summary>
internal static class ServeCommand
{
    private const int ShortestToken = 20;

    private static readonly Option<string?> Database = new("--database") { Description = "The database's URL; else DATABASE_URL." };
    private static readonly Option<string> Schema = new("--schema")
    {
        Description = "The schema of the mapped tables.",
        DefaultValueFactory = _ => "salesforce",
    };

    private static readonly Option<Uri?> Org = new("--org")
    {
        Description = "Where the org signs its users in; stored at the first start.",
        CustomParser = Validation.WebAddress,
    };

    private static readonly Option<FileInfo?> Mappings = new("--mappings")
    {
        Description = "A mapping file as Heroku Connect exports it; stored.",
    };

    private static readonly Option<string> Flow = new("--flow")
    {
        Description = "How to sign in: password, client-credentials, refresh-token or jwt.",
        DefaultValueFactory = _ => "client-credentials",
    };

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

    private static readonly Option<int?> Port = WholeNumber.OptionWithoutDefault(
        "--port", "The port of the REST API, which works all stored connections; 0 takes a free one. [default: none]",
        0,
        WholeNumber.HighestPort);

    private static readonly Option<string> Bind = new("--bind")
    {
        Description = "The address at which the REST API listens.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<Uri?> PublicUrl = new("--public-url")
    {
        Description = "The API's address as people's browsers reach it, for signing in to Salesforce. [default: the address itself]",
        CustomParser = Validation.WebAddress,
    };

    private static readonly Option<string?> App = new("--app")
    {
        Description = "The app that the connection belongs to; command lines find it by that name. Stored. [default: tandem]",
    };

    private static readonly Option<string> Verify = new("--verify")
    {
        Description = "How closely both sides are compared once a day, and repaired: counts, stamps, values or off.",
        DefaultValueFactory = _ => "stamps",
    };

    public static Command Build()
    {
        Verify.Validators.Add(Validation.OneOf("counts", "stamps", "values", "off"));
        Schema.Validators.Add(Validation.Schema);
        Writes.Validators.Add(Validation.OneOf("ordered", "merged"));
        Duplicates.Validators.Add(Validation.OneOf("refuse", "save"));
        LongText.Validators.Add(Validation.OneOf("refuse", "cut"));
        Types.Validators.Add(Validation.OneOf("heroku", "exact"));
        Flow.Validators.Add(Validation.OneOf("client-credentials", "jwt", "refresh-token", "password"));
        var command = new Command(
            "serve",
            "Keeps one org and one database in step until it is stopped. Secrets come from the environment: TANDEM_CLIENT_ID, "
            + "TANDEM_CLIENT_SECRET, TANDEM_USERNAME, TANDEM_PASSWORD, TANDEM_REFRESH_TOKEN, TANDEM_PRIVATE_KEY_FILE, "
            + "TANDEM_API_TOKEN, TANDEM_KEY, TANDEM_KEY_FILE.")
        {
            Database, Schema, Org, Mappings, Types, Writes, ArchiveAfter, ArchiveFor, Assignment, Duplicates, LongText, Flow, PageRecords,
            Sessions, LostInsertPause, LocalParents, Verify, App, Port, Bind, PublicUrl,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = BuildOptions(parsed);
        var kill = PlannedKill.Parse(Environment.GetEnvironmentVariable(PlannedKill.Variable));
        using var listening = kill is null ? null : Failpoints.Listen(kill.Hear);
        using var loggerFactory = Logging.ToStandardError(LogLevel.Information);
        if (parsed.GetValue(Port) is { } port)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"http://{parsed.GetValue(Bind)}:{port}");
            var apiOptions = new ApiOptions { Address = address, PublicUrl = parsed.GetValue(PublicUrl), SignIn = BuildSignIn(options) };
            return await ServeApiAsync(options, apiOptions, loggerFactory, cancellationToken);
        }

        await using var host = await SyncHost.StartAsync(options, TimeProvider.System, loggerFactory, cancellationToken);
        Console.WriteLine($"Keeping {host.Mappings.All.Count} objects in step with the schema {options.Schema}. Stop with Ctrl-C.");
        await host.RunAsync(cancellationToken);
        return 0;
    }

    private static async Task<int> ServeApiAsync(
        SyncHostOptions options, ApiOptions apiOptions, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        var token = Environment.GetEnvironmentVariable("TANDEM_API_TOKEN") is { Length: > 0 } given ? given : null;
        if (token is { Length: < ShortestToken })
            throw new ConfigurationException($"TANDEM_API_TOKEN: expected at least {ShortestToken} characters, found {token.Length}.");
        var fleetOptions = new FleetOptions
        {
            DatabaseUrl = options.DatabaseUrl,
            Given = options with { NeedsMappings = false },
            Keys = MasterKeys.Read(Environment.GetEnvironmentVariable),
            Sync = options.Sync,
        };
        await ServerRun.RunAsync(
            fleetOptions, apiOptions with { Token = token }, TimeProvider.System, loggerFactory, Console.WriteLine, cancellationToken);
        return 0;
    }

    /// <summary>The connected app of the given connection is the one that people sign in by; an org on this machine counts as one.</summary>
    private static SignInOptions BuildSignIn(SyncHostOptions options) => new()
    {
        ClientId = Environment.GetEnvironmentVariable("TANDEM_CLIENT_ID") ?? "",
        ClientSecret = Environment.GetEnvironmentVariable("TANDEM_CLIENT_SECRET"),
        CallbackUrl = new Uri("http://127.0.0.1"),
        DevelopmentOrgs = options.OrgUrl is { IsLoopback: true } org ? [org.GetLeftPart(UriPartial.Authority)] : [],
    };

    private static SyncHostOptions BuildOptions(ParseResult parsed)
    {
        var file = parsed.GetValue(Mappings) is { } path ? MappingFiles.Read(path).File : null;
        return new SyncHostOptions
        {
            DatabaseUrl = parsed.GetValue(Database) ?? Read("DATABASE_URL", "give the database with --database or DATABASE_URL."),
            Schema = parsed.GetValue(Schema) ?? "salesforce",
            OrgUrl = parsed.GetValue(Org),
            AppName = parsed.GetValue(App),
            Grant = BuildGrant(parsed.GetValue(Flow) ?? ""),
            Mappings = file?.Mappings ?? [],
            Settings = BuildSettings(parsed).Over(file?.Connection ?? new ConnectionSettings()),
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

    private static OAuthGrant BuildGrant(string flow)
    {
        var clientId = Read("TANDEM_CLIENT_ID", "every way of signing in needs it.");
        switch (flow)
        {
            case "password":
                return OAuthGrant.Password(
                    clientId,
                    Read("TANDEM_CLIENT_SECRET", "signing in by password needs it."),
                    Read("TANDEM_USERNAME", "signing in by password needs it."),
                    Read("TANDEM_PASSWORD", "signing in by password needs it."));
            case "refresh-token":
                return OAuthGrant.RefreshToken(
                    clientId,
                    Environment.GetEnvironmentVariable("TANDEM_CLIENT_SECRET"),
                    Read("TANDEM_REFRESH_TOKEN", "signing in by refresh token needs it."));
            case "jwt":
                var keyFile = Read("TANDEM_PRIVATE_KEY_FILE", "signing in by JWT needs the file of the private key.");
                return OAuthGrant.JwtBearer(
                    clientId,
                    Read("TANDEM_USERNAME", "signing in by JWT needs it."),
                    ReadKey(keyFile),
                    Environment.GetEnvironmentVariable("TANDEM_AUDIENCE") ?? "https://login.salesforce.com");
            default:
                return OAuthGrant.ClientCredentials(clientId, Read("TANDEM_CLIENT_SECRET", "signing in by client credentials needs it."));
        }
    }

    private static string ReadKey(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"TANDEM_PRIVATE_KEY_FILE: the file {file} cannot be read.", exception);
        }
    }

    private static string Read(string variable, string why) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new ConfigurationException($"{variable} is not set: {why}");
}
