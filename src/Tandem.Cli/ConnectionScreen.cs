using System.Text.Json.Nodes;
using Spectre.Console;

namespace Tandem.Cli;

/// <summary>Prints what a server tells of a connection.</summary>
internal static class ConnectionScreen
{
    public static void ShowInfo(JsonNode connection)
    {
        var console = Screens.Open();
        foreach (var (label, value) in new[]
        {
            ("Connection", connection["name"]), ("App", connection["app_name"]), ("Schema", connection["schema_name"]),
            ("Database", connection["db_key"]),
            ("Org", connection["organization_id"]), ("Sign-in", connection["sf_info"]?["environment"]),
            ("API version", connection["sf_info"]?["api_version"]), ("State", connection["state"]),
        })
            console.MarkupLineInterpolated($"[bold]{label,-12}[/] {value}");
        if (connection["api_usage"] is { } usage)
            console.MarkupLineInterpolated($"[bold]{"API calls",-12}[/] {DescribeUsage(usage)}");
        if (connection["conflict_counts"] is { } conflicts && conflicts["kept"]?.GetValue<long>() > 0)
        {
            console.MarkupLineInterpolated(
                $"[bold]{"Conflicts",-12}[/] {conflicts["last_day"]} in the last 24 hours, {conflicts["kept"]} kept: tandem conflicts");
        }

        if (connection["state_description"] is { } sentence)
            console.MarkupLineInterpolated($"[yellow]{sentence}[/]");
        var table = new Table().RoundedBorder()
            .AddColumn(new TableColumn("Object").NoWrap())
            .AddColumn(new TableColumn("State").NoWrap())
            .AddColumn(new TableColumn("Postgres rows").RightAligned())
            .AddColumn(new TableColumn("Salesforce rows").RightAligned())
            .AddColumn(new TableColumn("Queued").RightAligned())
            .AddColumn(new TableColumn("Errors").RightAligned())
            .AddColumn(new TableColumn("API calls").RightAligned());
        foreach (var mapping in List(connection["mappings"]))
        {
            var counts = mapping["counts"];
            table.AddRow(
                Cell(mapping["object_name"]), Cell(mapping["state"]), Count(counts?["db"]), Count(counts?["sf"]), Count(counts?["pending"]),
                Count(counts?["errors"]), Count(mapping["api_calls_today"]));
        }

        console.Write(table);
    }

    public static void ShowState(JsonNode connection) => Console.WriteLine(
        connection["state_description"] is { } sentence ? $"{connection["state"]}: {sentence}" : $"{connection["state"]}");

    public static void ShowErrors(JsonNode errors)
    {
        if (List(errors["results"]).Count == 0)
        {
            Console.WriteLine("Salesforce refused nothing in the last 24 hours.");
            return;
        }

        var table = new Table().RoundedBorder().AddColumns("Entry", "Table", "Row", "Changed at", "Message");
        foreach (var error in List(errors["results"]))
        {
            table.AddRow(
                Cell(error["id"]), Cell(error["table_name"]), Cell(error["record_id"]), Cell(error["created_at"]), Cell(error["message"]));
        }

        Screens.Open().Write(table);
    }

    public static void ShowNotifications(JsonNode notifications)
    {
        if (List(notifications["results"]).Count == 0)
        {
            Console.WriteLine("There is nothing to tell.");
            return;
        }

        foreach (var notification in List(notifications["results"]))
            Console.WriteLine($"{notification["created_at"]} {notification["event_type"]}: {notification["message"]}");
    }

    private static string DescribeUsage(JsonNode usage)
    {
        var used = $"{Count(usage["used"])} in the last 24 hours";
        return usage["limit"] is { } limit
            ? $"{used}, of {Count(limit)} ({usage["share"]} % of the org's, or what others leave of them)"
            : used;
    }

    private static List<JsonNode> List(JsonNode? items) => [.. (items?.AsArray() ?? []).OfType<JsonNode>()];

    /// <summary>Empty when the server tells none.</summary>
    private static string Count(JsonNode? value) =>
        value is JsonValue count && count.TryGetValue(out long number) ? Screens.Number(number) : "";

    private static string Cell(JsonNode? value) => Markup.Escape(value?.ToString() ?? "");
}
