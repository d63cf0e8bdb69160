using System.CommandLine;
using Tandem.Cli.Remote;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem recover</c>: starts again what stopped with an error. A server that is asked begins the work of the whole connection anew; by
/// way of the database one mapping can be named. Source: heroku-connect.md, sections 9 and 12.3.
/// </summary>
internal static class RecoverCommand
{
    private static readonly Argument<string?> ObjectName = new("OBJECT")
    {
        Description = "The API name of one mapped object, by way of the database; without it, all.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Reach Reach = new();

    public static Command Build()
    {
        var command = new Command("recover", "Starts a connection again after an error that a person has mended.") { ObjectName };
        command.Aliases.Add("restart");
        Reach.AddTo(command);
        command.Validators.Add(asked =>
        {
            if (asked.GetValue(ObjectName) is { } name && Reach.AsksServer(asked))
                asked.AddError($"{name}: a server starts the whole connection again; leave the object out, or ask with --database.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isJson = Reach.Server.IsJson(parsed);
        if (!Reach.AsksServer(parsed))
        {
            var outcome = await Reach.Database.Open(parsed).AskAsync(
                RequestKind.Recover, parsed.GetValue(ObjectName), cancellationToken);
            return await OutcomeScreen.ShowAsync(isJson, outcome);
        }

        using var api = Reach.Server.Open(parsed);
        var connection = await Reach.Server.FindAsync(api, parsed, cancellationToken);
        await api.SendAsync(HttpMethod.Post, ApiCommand.PathOf(connection, "/actions/restart"), body: null, cancellationToken);
        return await OutcomeScreen.ShowAsync(isJson, new RequestOutcome(true, $"{connection["name"]}: recover is under way."));
    }
}
