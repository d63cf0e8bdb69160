using System.Globalization;
using Spectre.Console;

namespace Tandem.Cli;

/// <summary>
/// Opens the console that tables are drawn on. Into a pipe or a file go plain lines: no colours, and none cut at the width of a
/// terminal that is not there.
/// </summary>
internal static class Screens
{
    private const int WidestLine = 10_000;

    /// <summary>As people read it: 10,000.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static IAnsiConsole Open()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = WidestLine;
        return console;
    }
}
