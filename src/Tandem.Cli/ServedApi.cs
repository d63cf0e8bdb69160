using System.Collections;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Tandem.Server.Access;
using Tandem.Server.Api;
using Tandem.Server.Hosting;
using Tandem.Server.Notify;
using Tandem.Server.Secrets;
using Tandem.Server.SignIn;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;

namespace Tandem.Cli;

/// <summary>Where <c>serve</c> offers the REST API, and what opens it.</summary>
internal sealed class ServedApi
{
    /// <summary>For the help of the command.</summary>
    public const string Secrets =
        "Those of the API: TANDEM_API_TOKEN, TANDEM_KEY_FILE or TANDEM_KEY. Who is told of notifications: TANDEM_WEBHOOK_URL and "
        + "TANDEM_WEBHOOK_SECRET, TANDEM_SMTP_URL, TANDEM_SMTP_CA_FILE, TANDEM_MAIL_FROM and TANDEM_MAIL_TO.";

    private const string TokenVariable = "TANDEM_API_TOKEN";
    private const int ShortestToken = 20;

    public Option<int?> Port { get; } = WholeNumber.OptionWithoutDefault(
        "--port",
        "The port of the REST API, which works all stored connections; 0 takes a free one. [default: none]",
        0,
        WholeNumber.HighestPort);

    public Option<string> Bind { get; } = new("--bind")
    {
        Description = "The address at which the REST API listens.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    public Option<Uri?> PublicUrl { get; } = new("--public-url")
    {
        Description = "The API's address as people's browsers reach it, for signing in to Salesforce. [default: the address itself]",
        HelpName = "URL",
        CustomParser = Validation.WebAddress,
    };

    public Option<Uri?> DevelopmentOrg { get; } = new("--development-org")
    {
        Description = "An org that people may sign in to beside Salesforce's, such as a simulator's. [default: --org on this machine]",
        HelpName = "URL",
        CustomParser = Validation.WebAddress,
    };

    public Option<string?> App { get; } = new("--app")
    {
        Description = "The app that the connection belongs to; command lines find it by that name. Stored. [default: tandem]",
    };

    public Option<TimeSpan> AuditFor { get; } = new("--audit-for")
    {
        Description = "Days after which notes of the audit trail are deleted. [default: never]",
        CustomParser = Validation.Days,
    };

    /// <summary>Words that mean nothing where no API is served.</summary>
    public IReadOnlyList<Option> OnlyWithPort => [Bind, PublicUrl, DevelopmentOrg, AuditFor];

    /// <summary>Runs until cancelled.</summary>
    /// <param name="given">The connection that the words name; null works those that are stored.</param>
    /// <exception cref="ConfigurationException">It cannot start as asked.</exception>
    public Task RunAsync(
        ParseResult parsed,
        string databaseUrl,
        SyncHostOptions? given,
        SyncOptions sync,
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken)
    {
        var token = Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } text ? text : null;
        if (token is { Length: < ShortestToken })
            throw new ConfigurationException($"{TokenVariable}: expected at least {ShortestToken} characters, found {token.Length}.");
        var fleet = new FleetOptions
        {
            DatabaseUrl = databaseUrl,
            Databases = ReadDatabases(),
            Given = given is null ? null : given with { NeedsMappings = false },
            Keys = MasterKeys.Read(Environment.GetEnvironmentVariable),
            Access = new AccessOptions { AuditFor = parsed.GetResult(AuditFor) is null ? null : parsed.GetValue(AuditFor) },
            Notify = NotifyOptions.Read(Environment.GetEnvironmentVariable),
            Sync = sync,
        };
        var api = new ApiOptions
        {
            Address = string.Create(CultureInfo.InvariantCulture, $"http://{parsed.GetValue(Bind)}:{parsed.GetValue(Port)}"),
            PublicUrl = parsed.GetValue(PublicUrl),
            Token = token,
            SignIn = BuildSignIn(parsed.GetValue(DevelopmentOrg) ?? given?.OrgUrl),
        };
        return ServerRun.RunAsync(fleet, api, TimeProvider.System, loggerFactory, Console.WriteLine, cancellationToken);
    }

    /// <summary>
    /// The variables of the environment that hold addresses of databases, as hosting services set them; that of the catalogue has the name
    /// DATABASE_URL wherever its address comes from.
    /// </summary>
    private static Dictionary<string, string> ReadDatabases() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(variable => (Name: $"{variable.Key}", Value: $"{variable.Value}"))
        .Where(variable => variable.Name != Connection.ControlDatabase && !variable.Name.Contains(':', StringComparison.Ordinal)
            && (variable.Value.StartsWith("postgres://", StringComparison.Ordinal)
                || variable.Value.StartsWith("postgresql://", StringComparison.Ordinal)))
        .ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);

    /// <summary>People sign in by the connected app of the environment; an org on this machine counts as Salesforce's.</summary>
    private static SignInOptions? BuildSignIn(Uri? developmentOrg)
    {
        if (Environment.GetEnvironmentVariable("TANDEM_CLIENT_ID") is not { Length: > 0 } clientId)
            return null;
        return new SignInOptions
        {
            ClientId = clientId,
            ClientSecret = Environment.GetEnvironmentVariable("TANDEM_CLIENT_SECRET"),
            CallbackUrl = new Uri("http://127.0.0.1"),
            DevelopmentOrgs = developmentOrg is { IsLoopback: true } org ? [org.GetLeftPart(UriPartial.Authority)] : [],
        };
    }
}
