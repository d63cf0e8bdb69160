using System.CommandLine;
using System.CommandLine.Help;
using Tandem.Cli.Commands;
using Tandem.Cli.Help;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;

namespace Tandem.Cli;

/// <summary>
/// The command line: <c>tandem COMMAND</c>. A failure that a person can mend is one sentence on standard error;
/// <see cref="ExitCodes"/> lists with what it ends.
/// </summary>
public static class CommandLine
{
    public const int Failed = 1;
    public const int WrongWords = 2;
    public const int SidesDiffer = 3;

    public static RootCommand Build()
    {
        var root = new RootCommand("Keeps a Salesforce org and a PostgreSQL database in step, both ways.");
        foreach (var command in Commands())
            root.Subcommands.Add(command);
        HelpNotes.Add(
            root,
            "Commands about a connection ask the server at --server or TANDEM_SERVER, with the token in TANDEM_API_TOKEN. Serve, adopt, "
            + "tokens and users speak to the database at --database or DATABASE_URL; import, export, verify, reload and recover to "
            + "either. Shells complete words by: tandem completion SHELL.",
            ExitCodes.Table);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Description = "Shows this help.";
            help.Aliases.Clear();
            help.Aliases.Add("-h");
            help.Action = new HelpWithNotes(new HelpAction());
        }

        foreach (var version in root.Options.OfType<VersionOption>())
            version.Description = "Shows the version.";
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Build().Parse(args.Length == 0 ? ["--help"] : PluginWords.Translate(args));
        if (parsed.Errors.Count > 0)
        {
            // An unknown word also leaves the command missing; the word alone tells what is wrong.
            var unknown = parsed.UnmatchedTokens.Select(word => $"{word}: there is no such command or option.").ToList();
            foreach (var sentence in unknown.Count > 0 ? unknown : parsed.Errors.Select(error => error.Message))
                await Console.Error.WriteLineAsync(sentence);
            await Console.Error.WriteLineAsync("Ask for help with --help.");
            return WrongWords;
        }

        try
        {
            using var stop = new StopSignals();
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (ConfigurationException exception)
        {
            foreach (var problem in exception.Problems)
                await Console.Error.WriteLineAsync(problem);
            return Failed;
        }
        catch (ShiftEndedException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Failed;
        }
    }

    private static IEnumerable<Command> Commands() =>
    [
        AdoptCommand.Build(),
        AuthCommand.Build(),
        CompletionCommand.Build(),
        ConflictsCommand.Build(),
        ConnectionsCommand.Build(),
        DatabaseCommands.Build(),
        DemoCommand.Build(),
        DiagnoseCommand.Build(),
        ConnectionCommands.BuildErrors(),
        ExportCommand.Build(),
        ImportCommand.Build(),
        ConnectionCommands.BuildInfo(),
        LogsCommand.Build(),
        ManageVersionCommand.Build(),
        MappingCommands.Build(),
        NotificationsCommand.Build(),
        ConnectionCommands.BuildPause(),
        RecoverCommand.Build(),
        ReloadCommand.Build(),
        ConnectionCommands.BuildResume(),
        ServeCommand.Build(),
        SimulatorCommand.Build(),
        ConnectionCommands.BuildState(),
        TokensCommand.Build(),
        UsersCommand.Build(),
        VerifyCommand.Build(),
    ];
}
