using System.CommandLine;
using System.CommandLine.Parsing;
using Tandem.Salesforce.Auth;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;

namespace Tandem.Cli;

/// <summary>
/// How a command reaches both ends by itself, without a server: the database and its schema, the org, the mapping file and the way to sign
/// in. Used by <c>serve</c> and <c>adopt</c>.
/// </summary>
internal sealed class EndOptions
{
    /// <summary>For the help of the commands.</summary>
    public const string Secrets =
        "Secrets come from the environment: TANDEM_CLIENT_ID, "
        + "TANDEM_CLIENT_SECRET, TANDEM_USERNAME, TANDEM_PASSWORD, TANDEM_REFRESH_TOKEN, TANDEM_PRIVATE_KEY_FILE.";

    public EndOptions(string mappings)
    {
        Mappings = new Option<FileInfo?>("--mappings") { Description = mappings, HelpName = "FILE" };
        Schema.Validators.Add(Validation.Schema);
        Flow.TakeOneOf("client-credentials", "jwt", "refresh-token", "password");
    }

    public Option<string?> Database { get; } = new("--database")
    {
        Description = "The database's URL; else DATABASE_URL.", HelpName = "URL",
    };

    public Option<string> Schema { get; } = new("--schema")
    {
        Description = "The schema of the mapped tables.",
        DefaultValueFactory = _ => "salesforce",
    };

    public Option<Uri?> Org { get; } = new("--org")
    {
        Description = "Where the org signs its users in; stored at the first start.",
        HelpName = "URL",
        CustomParser = Validation.WebAddress,
    };

    public Option<FileInfo?> Mappings { get; }

    public Option<string> Flow { get; } = new("--flow")
    {
        Description = "How to sign in: password, client-credentials, refresh-token or jwt.",
        DefaultValueFactory = _ => "client-credentials",
    };

    /// <summary>Whether the words name one connection. The environment alone names none: its connected app is for sign-ins too.</summary>
    public bool NameConnection(CommandResult command) =>
        GivenWords.Of(command, [Schema, Org, Mappings, Flow]).Length > 0;

    /// <exception cref="ConfigurationException">No database is given.</exception>
    public string ReadDatabase(ParseResult parsed) =>
        parsed.GetValue(Database) ?? ReadVariable("DATABASE_URL", "give the database with --database or DATABASE_URL.");

    /// <summary>What was given, with everything else as it is by default.</summary>
    /// <exception cref="ConfigurationException">Something is missing, or the mapping file is none.</exception>
    public SyncHostOptions Read(ParseResult parsed)
    {
        var file = parsed.GetValue(Mappings) is { } path ? MappingFiles.Read(path).File : null;
        return new SyncHostOptions
        {
            DatabaseUrl = ReadDatabase(parsed),
            Schema = parsed.GetValue(Schema) ?? "salesforce",
            OrgUrl = parsed.GetValue(Org),
            Grant = BuildGrant(parsed.GetValue(Flow) ?? ""),
            Mappings = file?.Mappings ?? [],
            Settings = file?.Connection ?? new ConnectionSettings(),
        };
    }

    private static OAuthGrant BuildGrant(string flow)
    {
        var clientId = ReadVariable("TANDEM_CLIENT_ID", "every way of signing in needs it.");
        switch (flow)
        {
            case "password":
                return OAuthGrant.Password(
                    clientId,
                    ReadVariable("TANDEM_CLIENT_SECRET", "signing in by password needs it."),
                    ReadVariable("TANDEM_USERNAME", "signing in by password needs it."),
                    ReadVariable("TANDEM_PASSWORD", "signing in by password needs it."));
            case "refresh-token":
                return OAuthGrant.RefreshToken(
                    clientId,
                    Environment.GetEnvironmentVariable("TANDEM_CLIENT_SECRET"),
                    ReadVariable("TANDEM_REFRESH_TOKEN", "signing in by refresh token needs it."));
            case "jwt":
                var keyFile = ReadVariable("TANDEM_PRIVATE_KEY_FILE", "signing in by JWT needs the file of the private key.");
                return OAuthGrant.JwtBearer(
                    clientId,
                    ReadVariable("TANDEM_USERNAME", "signing in by JWT needs it."),
                    ReadKey(keyFile),
                    Environment.GetEnvironmentVariable("TANDEM_AUDIENCE") ?? "https://login.salesforce.com");
            default:
                return OAuthGrant.ClientCredentials(
                    clientId, ReadVariable("TANDEM_CLIENT_SECRET", "signing in by client credentials needs it."));
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

    private static string ReadVariable(string variable, string why) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new ConfigurationException($"{variable} is not set: {why}");
}
