using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Remote;

/// <summary>
/// Which connection of which server a command speaks of. All commands that use the REST API have its options; the token comes from the
/// environment, where no list of processes shows it.
/// </summary>
internal sealed class ApiTarget
{
    private const string TokenVariable = "TANDEM_API_TOKEN";
    private const string ServerVariable = "TANDEM_SERVER";

    private readonly Option<Uri?> _server = new("--server")
    {
        Description = $"The server's address; else {ServerVariable}, else http://127.0.0.1:8600.",
        HelpName = "URL",
        CustomParser = Validation.WebAddress,
    };

    private readonly Option<string?> _app = new("--app", "-a")
    {
        Description = "The connection of this app.", HelpName = "NAME",
    };

    private readonly Option<string?> _resource = new("--resource")
    {
        Description = "The connection's name, where there are several.", HelpName = "NAME",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON." };

    /// <summary>The words that choose the server and its connection.</summary>
    public IReadOnlyList<Option> Choice => [_server, _app, _resource];

    /// <summary>Whether the environment names a server.</summary>
    public static bool IsInEnvironment => Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 };

    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_app);
        command.Options.Add(_resource);
        command.Options.Add(_json);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <exception cref="ConfigurationException">No token is given.</exception>
    public ApiClient Open(ParseResult parsed)
    {
        var server = parsed.GetValue(_server)
            ?? (Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } given
                ? Uri.TryCreate(given, UriKind.Absolute, out var uri)
                    ? uri
                    : throw new ConfigurationException($"{ServerVariable}: expected a web address, found {given}.")
                : new Uri("http://127.0.0.1:8600"));
        return Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token
            ? new ApiClient(server, token)
            : throw new ConfigurationException($"{TokenVariable} is not set: the server at {server} wants a token.");
    }

    public async Task<IReadOnlyList<JsonNode>> ListAsync(ApiClient api, ParseResult parsed, CancellationToken cancellationToken)
    {
        var query = $"?app={Uri.EscapeDataString(parsed.GetValue(_app) ?? "")}"
            + $"&resource_name={Uri.EscapeDataString(parsed.GetValue(_resource) ?? "")}";
        var found = await api.GetAsync($"/connections{query}", cancellationToken);
        return [.. (found["results"]?.AsArray() ?? []).OfType<JsonNode>()];
    }

    /// <summary>The one connection that is meant, with its mappings.</summary>
    /// <exception cref="ConfigurationException">There is none, or several.</exception>
    public async Task<JsonNode> FindAsync(ApiClient api, ParseResult parsed, CancellationToken cancellationToken)
    {
        var found = await ListAsync(api, parsed, cancellationToken);
        return found switch
        {
            [] => throw new ConfigurationException("The server has no such connection; tandem connections lists what it has."),
            [var one] => await api.GetAsync($"{one["detail_url"]}?deep=true", cancellationToken),
            _ => throw new ConfigurationException(
                $"Several connections are meant: {string.Join(", ", found.Select(one => one["resource_name"]))}. "
                + "Choose one with --resource."),
        };
    }
}
