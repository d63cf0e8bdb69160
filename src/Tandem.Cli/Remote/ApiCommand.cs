using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Remote;

/// <summary>Makes a command that asks a server about one of its connections and prints the answer, for people or as JSON.</summary>
internal static class ApiCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="askAsync">Gets the server and the connection with its mappings; gives what is printed as JSON.</param>
    /// <param name="show">Prints the same for a person.</param>
    public static Command Build(
        string name,
        string description,
        Func<ApiClient, JsonNode, ParseResult, CancellationToken, Task<JsonNode>> askAsync,
        Action<JsonNode> show,
        params Symbol[] symbols) => Build(name, description, askAsync, (answer, _) => show(answer), symbols);

    /// <summary>As above, where what is shown depends on the words of the command.</summary>
    public static Command Build(
        string name,
        string description,
        Func<ApiClient, JsonNode, ParseResult, CancellationToken, Task<JsonNode>> askAsync,
        Action<JsonNode, ParseResult> show,
        params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var argument in symbols.OfType<Argument>())
            command.Arguments.Add(argument);
        foreach (var option in symbols.OfType<Option>())
            command.Options.Add(option);
        var target = new ApiTarget();
        target.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = target.Open(parsed);
            var connection = await target.FindAsync(api, parsed, cancellationToken);
            var answer = await askAsync(api, connection, parsed, cancellationToken);
            if (target.IsJson(parsed))
                Console.WriteLine(answer.ToJsonString(Indented));
            else
                show(answer, parsed);
            return 0;
        });
        return command;
    }

    /// <summary>The mapping of an object, by its name in any case; without a name, all.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static IReadOnlyList<JsonNode> MappingsOf(JsonNode connection, string? objectName)
    {
        var mappings = (connection["mappings"]?.AsArray() ?? []).OfType<JsonNode>().ToList();
        var names = mappings.Count == 0 ? "no objects" : string.Join(", ", mappings.Select(mapping => mapping["object_name"]));
        var found = objectName is null
            ? mappings
            : mappings.FindAll(mapping => objectName.Equals($"{mapping["object_name"]}", StringComparison.OrdinalIgnoreCase));
        return found.Count > 0
            ? found
            : throw new ConfigurationException($"{objectName ?? "Nothing"} is not mapped in {connection["name"]}; mapped are {names}.");
    }

    /// <summary>Checks the word by which a person shows to mean this connection; none is fine.</summary>
    /// <exception cref="ConfigurationException">It names another app.</exception>
    public static void Confirm(JsonNode connection, string? word)
    {
        var app = $"{connection["app_name"]}";
        if (word is not null && word.Trim() != app)
        {
            throw new ConfigurationException(
                $"--confirm: expected {app}, the app of the connection {connection["name"]}, found {word}. Nothing was changed.");
        }
    }

    /// <summary>As an address of the connection: its own is relative and begins with a slash.</summary>
    public static string PathOf(JsonNode connection, string rest) => $"{connection["detail_url"]}{rest}";
}
