using System.CommandLine;
using System.CommandLine.Completions;
using Tandem.Cli.Help;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem completion</c>: prints a script by which a shell completes the words of this command line. The scripts ask the program
/// itself, by the parser's suggest directive, so that they never have to be renewed.
/// </summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish", "powershell"];

    private static readonly Argument<string> Shell = new("SHELL")
    {
        Description = "bash, zsh, fish or powershell.", HelpName = "SHELL",
    };

    public static Command Build()
    {
        Shell.CompletionSources.Add(Shells);
        Shell.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var shell }] && !Shells.Contains(shell, StringComparer.Ordinal))
                result.AddError($"SHELL: expected bash, zsh, fish or powershell, found {shell}.");
        });
        var command = new Command("completion", "Prints a script by which a shell completes the words of tandem.") { Shell };
        HelpNotes.Add(command, "The first lines of the script tell where to put it. For bash: source <(tandem completion bash)");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await Console.Out.WriteAsync(await ReadAsync(parsed.GetRequiredValue(Shell), cancellationToken));
            return 0;
        });
        return command;
    }

    private static async Task<string> ReadAsync(string shell, CancellationToken cancellationToken)
    {
        var name = $"Completion/tandem.{shell}";
        await using var stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in this program.");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
