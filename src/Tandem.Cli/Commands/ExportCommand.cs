using System.CommandLine;
using Tandem.Cli.Remote;
using Tandem.Sync.Catalog;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem export</c>: prints a connection's configuration as a mapping file, or writes it to one.</summary>
internal static class ExportCommand
{
    private static readonly Argument<FileInfo?> Output = new("FILE")
    {
        Description = "Where to write; without it, to standard output.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Reach Reach = new();

    public static Command Build()
    {
        var command = new Command("export", "Writes the configuration as a mapping file, which import takes back.") { Output };
        Reach.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = Reach.AsksServer(parsed)
            ? await AskAsync(parsed, cancellationToken)
            : await Reach.Database.Open(parsed).ExportAsync(cancellationToken);
        if (parsed.GetValue(Output) is not { } file)
        {
            await Console.Out.WriteAsync(text);
            return 0;
        }

        try
        {
            await File.WriteAllTextAsync(file.FullName, text, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The file {file} cannot be written: {exception.Message}", exception);
        }

        await Console.Error.WriteLineAsync($"Written to {file}.");
        return 0;
    }

    private static async Task<string> AskAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var api = Reach.Server.Open(parsed);
        var connection = await Reach.Server.FindAsync(api, parsed, cancellationToken);
        return await api.GetTextAsync(ApiCommand.PathOf(connection, "/actions/export"), cancellationToken);
    }
}
