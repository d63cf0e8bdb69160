using System.Text.Json.Nodes;
using Spectre.Console;

namespace Tandem.Cli;

/// <summary>Prints a diagnosis: what is wrong first, with the words and colours of Heroku Connect's command line.</summary>
internal static class DiagnosisScreen
{
    /// <param name="isVerbose">Shows what passed and what was skipped, too.</param>
    public static void Show(JsonNode diagnosis, bool isVerbose)
    {
        var console = Screens.Open();
        ShowSection(console, "Connection", diagnosis, isVerbose);
        foreach (var (name, section) in diagnosis["mappings"]?.AsObject() ?? [])
        {
            if (section is not null)
                ShowSection(console, name, section, isVerbose);
        }
    }

    public static void ShowSection(IAnsiConsole console, string title, JsonNode section, bool isVerbose)
    {
        console.MarkupLineInterpolated($"[bold]{title}[/]");
        var shown = ShowResults(console, section["errors"], "RED", "red") + ShowResults(console, section["warnings"], "YELLOW", "yellow");
        if (isVerbose)
            shown += ShowResults(console, section["passes"], "GREEN", "green") + ShowResults(console, section["skips"], "SKIPPED", "grey");
        if (shown == 0)
            console.MarkupLine("  [green]GREEN[/]: everything is fine.");
    }

    private static int ShowResults(IAnsiConsole console, JsonNode? results, string word, string colour)
    {
        var list = (results?.AsArray() ?? []).OfType<JsonNode>().ToList();
        foreach (var result in list)
        {
            // Two columns, so that the lines of a long sentence begin below its first word.
            console.Write(new Grid()
                .AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(1))
                .AddColumn(new GridColumn().PadLeft(0).PadRight(0))
                .AddRow($"[{colour}]{word}[/]:", Markup.Escape($"{result["display_name"]}: {result["message"]}")));
        }

        return list.Count;
    }
}
