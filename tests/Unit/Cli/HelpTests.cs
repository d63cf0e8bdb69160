using System.CommandLine;
using System.CommandLine.Help;
using Shouldly;
using Tandem.Cli;
using Tandem.Cli.Help;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Cli;

/// <summary>
/// The help of every command, as a committed file: who changes a word sees what a user will read. It is renewed by
/// <c>TANDEM_RENEW=1 ./test Unit -- -class '*HelpTests'</c>.
/// </summary>
public sealed class HelpTests
{
    private const int Width = 100;
    private const string Renew = "TANDEM_RENEW=1 ./test Unit -- -class '*HelpTests'";

    private static readonly string File = RepositoryRoot.Combine("docs", "cli-help.txt");

    [Fact]
    public void The_committed_help_is_the_one_that_is_shown()
    {
        var shown = string.Join(
            '\n',
            Commands(CommandLine.Build(), []).Select(path => $"$ {string.Join(' ', ["tandem", .. path, "--help"])}\n{Show(path)}"));

        if (Environment.GetEnvironmentVariable("TANDEM_RENEW") == "1")
            System.IO.File.WriteAllText(File, shown);
        System.IO.File.ReadAllText(File).ShouldBe(shown, $"docs/cli-help.txt is of another time; renew it with {Renew}");
    }

    [Fact]
    public void Every_command_option_and_argument_tells_what_it_is_for()
    {
        foreach (var path in Commands(CommandLine.Build(), []))
        {
            var command = Find(path);
            command.Description.ShouldNotBeNullOrWhiteSpace(command.Name);
            foreach (var symbol in command.Options.Concat<Symbol>(command.Arguments))
                symbol.Description.ShouldNotBeNullOrWhiteSpace($"{command.Name} {symbol.Name}");
        }
    }

    [Fact]
    public void Every_command_that_answers_can_answer_in_json()
    {
        string[] others = ["completion", "demo", "serve", "simulator"];
        var silent = Commands(CommandLine.Build(), [])
            .Select(Find)
            .Where(command => command.Subcommands.Count == 0 && command.Options.All(option => option.Name != "--json"))
            .Select(command => command.Name)
            .Order(StringComparer.Ordinal);
        silent.ShouldBe(others);
    }

    [Fact]
    public void The_guide_has_the_table_of_exit_codes()
    {
        var guide = System.IO.File.ReadAllText(RepositoryRoot.Combine("docs", "guide", "command-line.md"));
        foreach (var (code, meaning) in ExitCodes.All)
            guide.ShouldContain($"| {code} | {meaning} |");
        Show([]).ShouldContain(ExitCodes.Table);
    }

    private static IEnumerable<string[]> Commands(Command command, string[] path) =>
        command.Subcommands.SelectMany(next => Commands(next, [.. path, next.Name])).Prepend(path);

    private static Command Find(string[] path)
    {
        Command command = CommandLine.Build();
        foreach (var name in path)
            command = command.Subcommands.Single(next => next.Name == name);
        return command;
    }

    private static string Show(string[] path)
    {
        var root = CommandLine.Build();
        var help = root.Options.OfType<HelpOption>().Single().Action.ShouldBeOfType<HelpWithNotes>();
        help.Width = Width;
        using var text = new StringWriter { NewLine = "\n" };
        root.Parse([.. path, "--help"]).Invoke(new InvocationConfiguration { Output = text }).ShouldBe(0);

        // The library calls the program by the name of the process, which is the tests' here.
        var shown = text.ToString().Replace(RootCommand.ExecutableName, "tandem", StringComparison.Ordinal);
        return string.Join('\n', shown.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";
    }
}
