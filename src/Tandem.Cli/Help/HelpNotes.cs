using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Tandem.Cli.Help;

/// <summary>
/// What the help of a command says besides its words: where secrets come from, exit codes of its own. It stands at the end of its help,
/// and not in the list of all commands, where a line is enough.
/// </summary>
internal static class HelpNotes
{
    private static readonly ConditionalWeakTable<Command, string[]> Notes = [];

    /// <param name="notes">One paragraph each.</param>
    public static void Add(Command command, params string[] notes) => Notes.Add(command, notes);

    public static IReadOnlyList<string> Of(Command command) => Notes.TryGetValue(command, out var notes) ? notes : [];
}
