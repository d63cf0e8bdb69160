using System.CommandLine;
using Tandem.Cli.Commands;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;

namespace Tandem.Cli;

/// <summary>
/// The command line: <c>tandem COMMAND</c>. Exit codes: 0 done or stopped by the person, 1 it cannot be done as asked, 2 the words
/// are wrong, 3 both sides differ. A failure that a person can mend is one sentence on standard error.
/// </summary>
public static class CommandLine
{
    public const int Failed = 1;
    public const int WrongWords = 2;
    public const int SidesDiffer = 3;

    public static RootCommand Build() => new("Keeps a Salesforce org and a PostgreSQL database in step, both ways.")
    {
        AdoptCommand.Build(),
        AuthCommand.Build(),
        ConnectionsCommand.Build(),
        DemoCommand.Build(),
        DiagnoseCommand.Build(),
        ConnectionCommands.BuildErrors(),
        ExportCommand.Build(),
        ImportCommand.Build(),
        ConnectionCommands.BuildInfo(),
        LogsCommand.Build(),
        MappingCommands.Build(),
        NotificationsCommand.Build(),
        ConnectionCommands.BuildPause(),
        RequestCommand.BuildRecover(),
        RequestCommand.BuildReload(),
        ConnectionCommands.BuildResume(),
        ServeCommand.Build(),
        SimulatorCommand.Build(),
        ConnectionCommands.BuildState(),
        TokensCommand.Build(),
        UsersCommand.Build(),
        VerifyCommand.Build(),
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Build().Parse(args.Length == 0 ? ["--help"] : args);
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
}
