using System.CommandLine;
using Tandem.Cli.Remote;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem reload</c>: has a running server read every record of an object, or of all mapped ones, anew.</summary>
internal static class ReloadCommand
{
    private static readonly Argument<string?> ObjectName = new("OBJECT")
    {
        Description = "The API name of one mapped object; without it, all.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> NoWait = new("--no-wait") { Description = "Ends as soon as the reload is asked for." };
    private static readonly Reach Reach = new();

    public static Command Build()
    {
        var command = new Command(
            "reload", "Reads every record of an object, or of all mapped ones, anew and merges them; tables stay readable and keep their ids.")
        {
            ObjectName, NoWait,
        };
        Reach.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Reach.AsksServer(parsed)
            ? AskServerAsync(parsed, cancellationToken)
            : AskDatabaseAsync(parsed, cancellationToken));
        return command;
    }

    private static async Task<int> AskDatabaseAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var desk = Reach.Database.Open(parsed);
        var name = parsed.GetValue(ObjectName);
        if (parsed.GetValue(NoWait))
        {
            await desk.HandInAsync(RequestKind.Reload, name, cancellationToken);
            return await OutcomeScreen.ShowAsync(Reach.Server.IsJson(parsed), UnderWay(name ?? "All mapped objects"));
        }

        return await OutcomeScreen.ShowAsync(
            Reach.Server.IsJson(parsed), await desk.AskAsync(RequestKind.Reload, name, cancellationToken));
    }

    private static async Task<int> AskServerAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var api = Reach.Server.Open(parsed);
        var connection = await Reach.Server.FindAsync(api, parsed, cancellationToken);
        var asked = ApiCommand.MappingsOf(connection, parsed.GetValue(ObjectName));
        var addresses = new List<string>();
        foreach (var mapping in asked)
            addresses.Add(await api.BeginAsync($"{mapping["detail_url"]}/actions/reload", body: null, cancellationToken));
        var isJson = Reach.Server.IsJson(parsed);
        if (parsed.GetValue(NoWait))
            return await OutcomeScreen.ShowAsync(isJson, UnderWay(string.Join(", ", asked.Select(mapping => mapping["object_name"]))));
        var outcome = await LoadScreen.RunAsync(isJson, tell => WaitAsync(new RequestWait(api, connection, tell), addresses, cancellationToken));
        return await OutcomeScreen.ShowAsync(isJson, outcome);
    }

    private static async Task<RequestOutcome> WaitAsync(
        RequestWait wait, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
    {
        var outcomes = new List<RequestOutcome>();
        foreach (var address in addresses)
            outcomes.Add(await wait.UntilDoneAsync(address, cancellationToken));
        return new RequestOutcome(
            outcomes.TrueForAll(outcome => outcome.Succeeded), string.Join(' ', outcomes.Select(outcome => outcome.Sentence)));
    }

    private static RequestOutcome UnderWay(string what) => new(true, $"{what}: the reload is under way.");
}
