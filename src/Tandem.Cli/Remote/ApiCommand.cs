using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

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

    /// <summary>As an address of the connection: its own is relative and begins with a slash.</summary>
    public static string PathOf(JsonNode connection, string rest) => $"{connection["detail_url"]}{rest}";
}
