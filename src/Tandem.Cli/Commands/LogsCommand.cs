using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Cli.Remote;
using Tandem.Server.Logs;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem logs</c>: what a server has logged of a connection, and with <c>--follow</c> what it logs from then on.</summary>
internal static class LogsCommand
{
    private const int MostLines = 1_000;
    private const int LinesByDefault = 100;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private static readonly ApiTarget Target = new();

    private static readonly Option<bool> Follow = new("--follow", "-f")
    {
        Description = "Goes on with what is logged from then on, also after a new start of the server.",
    };

    private static readonly Option<int> Tail = WholeNumber.Option(
        "--tail", "How many of the last entries are shown first.", 0, MostLines, LinesByDefault);

    private static readonly Option<string?> Level = new("--level")
    {
        Description = $"The least that is shown: {string.Join(", ", LogLevels.Words)}.",
    };

    private static readonly Option<string?> ObjectName = new("--object") { Description = "Only what is about this object." };

    public static Command Build()
    {
        Level.TakeOneOf([.. LogLevels.Words]);
        var command = new Command("logs", "Shows what a server logs of a connection.") { Follow, Tail, Level, ObjectName };
        Target.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var api = Target.Open(parsed);
        var connection = await Target.FindAsync(api, parsed, cancellationToken);
        var path = $"/api/v1/connections/{connection["id"]}/logs?tail={parsed.GetValue(Tail).ToString(CultureInfo.InvariantCulture)}"
            + $"&level={parsed.GetValue(Level)}&object={Uri.EscapeDataString(parsed.GetValue(ObjectName) ?? "")}";
        if (parsed.GetValue(Follow))
            await FollowAsync(api, $"{path}&follow=true", Target.IsJson(parsed), cancellationToken);
        var kept = await api.GetAsync($"{path}&follow=false", cancellationToken);
        foreach (var line in kept["items"]?.AsArray() ?? [])
            Show(line, Target.IsJson(parsed));
        return 0;
    }

    /// <summary>Runs until cancelled, which ends it by an exception.</summary>
    private static async Task FollowAsync(ApiClient api, string path, bool isJson, CancellationToken cancellationToken)
    {
        string? last = null;
        var pause = FirstPause;
        var isTold = false;
        while (true)
        {
            try
            {
                await foreach (var item in api.FollowAsync(path, last, cancellationToken))
                {
                    (pause, isTold) = (FirstPause, false);
                    last = item.EventId ?? last;
                    var data = JsonNode.Parse(item.Data);
                    if (item.EventType == "lost")
                        await Console.Error.WriteLineAsync($"{data?["lost"]} entries were logged too fast to be read.");
                    else
                        Show(data, isJson);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                if (!isTold)
                    await Console.Error.WriteLineAsync("The server does not answer; asking again until it is back.");
                isTold = true;
            }

            await Task.Delay(pause, TimeProvider.System, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static void Show(JsonNode? line, bool isJson)
    {
        if (line is null)
            return;
        if (isJson)
        {
            Console.WriteLine(line.ToJsonString());
            return;
        }

        var about = line["object"] is { } name ? $" [{name}]" : "";
        var text = $"{line["timestamp"]} {line["level"],-8}{about} {line["message"]}";

        // What comes from elsewhere does not steer the terminal.
        Console.WriteLine(string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)));
    }
}
