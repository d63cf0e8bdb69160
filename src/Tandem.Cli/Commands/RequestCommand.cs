using System.CommandLine;
using Tandem.Server.Hosting;
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
        var target = new Argument<string?>("OBJECT")
        {
            Description = "The API name of one mapped object; without it, all.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var database = new Option<string?>("--database") { Description = "The database's URL; else DATABASE_URL." };
        var schema = new Option<string>("--schema")
        {
            Description = "The schema of the mapped tables.",
            DefaultValueFactory = _ => "salesforce",
        };
        schema.Validators.Add(Validation.Schema);
        var command = new Command(name, description) { target, database, schema };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var url = parsed.GetValue(database) ?? Environment.GetEnvironmentVariable("DATABASE_URL");
            if (string.IsNullOrEmpty(url))
                throw new ConfigurationException("DATABASE_URL is not set: give the database with --database or DATABASE_URL.");
            var desk = new RequestDesk(url, parsed.GetValue(schema) ?? "salesforce", TimeProvider.System);
            var outcome = await desk.AskAsync(kind, parsed.GetValue(target), cancellationToken);
            await (outcome.Succeeded ? Console.Out : Console.Error).WriteLineAsync(outcome.Sentence);
            return outcome.Succeeded ? 0 : CommandLine.Failed;
        });
        return command;
    }
}
