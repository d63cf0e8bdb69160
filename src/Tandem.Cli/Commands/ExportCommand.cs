using System.CommandLine;
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

    private static readonly Target Server = new();

    public static Command Build()
    {
        var command = new Command("export", "Writes the configuration as a mapping file, which import takes back.") { Output };
        Server.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = await Server.Open(parsed).ExportAsync(cancellationToken);
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
}
