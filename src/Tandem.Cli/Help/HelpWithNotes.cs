using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Tandem.Cli.Help;

/// <summary>Shows a command's help, and its notes after it.</summary>
internal sealed class HelpWithNotes(HelpAction help) : SynchronousCommandLineAction
{
    private const string RowIndent = "   ";

    /// <summary>As wide as the terminal; without one, nothing is wrapped.</summary>
    public int Width
    {
        get => help.MaxWidth;
        set => help.MaxWidth = value;
    }

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        foreach (var note in HelpNotes.Of(parseResult.CommandResult.Command))
        {
            foreach (var line in note.Split('\n').SelectMany(Wrap))
                output.WriteLine(line);
            output.WriteLine();
        }

        return result;
    }

    /// <summary>A line that begins with blanks is a row of a table, and goes on below its text.</summary>
    private IEnumerable<string> Wrap(string text)
    {
        var words = text.TrimStart().Split(' ');
        var start = new string(' ', text.Length - text.TrimStart().Length);
        var line = start + words[0];
        foreach (var word in words.Skip(1))
        {
            if (line.Length + 1 + word.Length <= Width)
            {
                line += $" {word}";
                continue;
            }

            yield return line;
            line = (start.Length > 0 ? start + RowIndent : "") + word;
        }

        yield return line;
    }
}
