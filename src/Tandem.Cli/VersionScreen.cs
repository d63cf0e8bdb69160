using System.Text.Json.Nodes;
using Spectre.Console;

namespace Tandem.Cli;

/// <summary>Prints what another version of the org's API would change, with the words of Heroku Connect's command line.</summary>
internal static class VersionScreen
{
    public static void Show(JsonNode answer)
    {
        var console = Screens.Open();
        console.WriteLine($"Current API Version: {answer["current_api_version"]}");
        console.WriteLine($"Target API Version:  {answer["target_api_version"]}");
        var table = new Table().RoundedBorder().AddColumns("Mapping", "Status", "Details");
        foreach (var mapping in (answer["mappings"]?.AsArray() ?? []).OfType<JsonNode>())
            table.AddRow(Markup.Escape($"{mapping["name"]}"), StatusOf(mapping), Markup.Escape($"{mapping["result_message"]}"));
        console.Write(table);
        if (answer["target_version"] is { } target)
            console.WriteLine($"The connection uses version {target} from now on. Let it go on with: tandem resume");
    }

    private static string StatusOf(JsonNode mapping) => mapping switch
    {
        _ when Is(mapping, "action_undetermined") => "[yellow]Undetermined[/]",
        _ when Is(mapping, "has_unsafe_changes") => "[red]Action required[/]",
        _ when Is(mapping, "fields_have_changed") => "No action required",
        _ => "No changes",
    };

    private static bool Is(JsonNode mapping, string member) => mapping[member]?.GetValue<bool>() == true;
}
