using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tandem.Cli;

/// <summary>Tells which options a person has written, and not what they are by default.</summary>
internal static class GivenWords
{
    /// <summary>Their names, comma-separated; empty when none is given.</summary>
    public static string Of(CommandResult command, IEnumerable<Option> options) => string.Join(
        ", ", options.Where(option => command.GetResult(option) is { Implicit: false }).Select(option => option.Name));
}
