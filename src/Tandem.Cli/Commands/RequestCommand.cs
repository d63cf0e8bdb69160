using System.CommandLine;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Commands;

/// <summary>
/// The commands that ask a running server for something and print what became of it: <c>tandem reload</c> and <c>tandem recover</c>.
/// </summary>
internal static class RequestCommand
{
    public static Command BuildReload() => Build(
        RequestKind.Reload,
        "reload",
        "Reads every record of an object, or of all mapped ones, anew and merges them; tables stay readable and keep their ids.");

    public static Command BuildRecover() => Build(
        RequestKind.Recover, "recover", "Starts a mapping, or all of them, again after an error that a person has mended.");

    private static Command Build(RequestKind kind, string name, string description)
    {
        var objectName = new Argument<string?>("OBJECT")
        {
            Description = "The API name of one mapped object; without it, all.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var target = new Target();
        var command = new Command(name, description) { objectName };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var outcome = await target.Open(parsed).AskAsync(kind, parsed.GetValue(objectName), cancellationToken);
            await (outcome.Succeeded ? Console.Out : Console.Error).WriteLineAsync(outcome.Sentence);
            return outcome.Succeeded ? 0 : CommandLine.Failed;
        });
        return command;
    }
}
