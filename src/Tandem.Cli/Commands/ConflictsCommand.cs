using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem conflicts</c>: values that both sides had changed, with the one that stands and the one that lost.</summary>
internal static class ConflictsCommand
{
    private const int LargestPage = 1_000;

    private static readonly Option<string?> ObjectName = new("--object")
    {
        Description = "Only those of the object of this API name.", HelpName = "OBJECT",
    };

    private static readonly Option<int> Limit = WholeNumber.Option("--limit", "How many to list.", 1, LargestPage, 100);

    private static readonly Option<string?> After = new("--after")
    {
        Description = "Goes on where a list has ended that was longer.", HelpName = "PLACE",
    };

    public static Command Build() => ApiCommand.Build(
        "conflicts",
        "Lists values that both sides had changed, the newest first: which one stands, and which one lost.",
        AskAsync,
        Show,
        ObjectName,
        Limit,
        After);

    private static Task<JsonNode> AskAsync(
        ApiClient api, JsonNode connection, ParseResult parsed, CancellationToken cancellationToken)
    {
        var query = $"?limit={parsed.GetValue(Limit)}";
        if (parsed.GetValue(ObjectName) is { } name)
            query += $"&object={Uri.EscapeDataString($"{ApiCommand.MappingsOf(connection, name)[0]["object_name"]}")}";
        if (parsed.GetValue(After) is { } place)
            query += $"&after={Uri.EscapeDataString(place)}";
        return api.GetAsync($"/api/v1/connections/{connection["id"]}/conflicts{query}", cancellationToken);
    }

    private static void Show(JsonNode found)
    {
        var conflicts = (found["items"]?.AsArray() ?? []).OfType<JsonNode>().ToList();
        if (conflicts.Count == 0)
        {
            Console.WriteLine("There are no conflicts.");
            return;
        }

        var table = new Table().RoundedBorder().AddColumns("Decided at", "Table", "Record", "Column", "Postgres", "Salesforce", "Stands");
        foreach (var conflict in conflicts)
        {
            table.AddRow(
                Cell(conflict["decided_at"]), Cell(conflict["table_name"]), Cell(conflict["sfid"]), Cell(conflict["column"]),
                Cell(conflict["local_value"]), Cell(conflict["salesforce_value"]), Cell(conflict["winner"]));
        }

        Screens.Open().Write(table);
        if (found["next"] is { } next)
            Console.WriteLine($"There are more: --after {next}");
    }

    private static string Cell(JsonNode? value) => Markup.Escape(value?.ToString() ?? "");
}
