namespace Tandem.Cli.Help;

/// <summary>The exit codes of all commands, in one table for the help and the guide.</summary>
internal static class ExitCodes
{
    /// <summary>Code and meaning, in the order of the codes.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (0, "done as asked, or stopped by the person"),
        (CommandLine.Failed, "cannot be done as asked; a sentence on standard error says why"),
        (CommandLine.WrongWords, "the words are wrong; nothing was tried"),
        (CommandLine.SidesDiffer, "verify or adopt: rows of both sides differ and were not repaired"),
    ];

    /// <summary>As it stands at the end of the help.</summary>
    public static string Table => $"Exit codes:\n{string.Join('\n', All.Select(row => $"  {row.Code}  {row.Meaning}"))}";
}
