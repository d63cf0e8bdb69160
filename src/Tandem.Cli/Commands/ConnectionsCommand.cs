using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem connections</c>: what a server keeps in step.</summary>
internal static class ConnectionsCommand
{
    private static readonly ApiTarget Server = new();

    public static Command Build()
    {
        var command = new Command("connections", "Lists the connections of a server; makes and removes them.");
        Server.AddTo(command);
        command.SetAction(RunAsync);
        command.Subcommands.Add(CreateConnectionCommand.Build());
        command.Subcommands.Add(DeleteConnectionCommand.Build());
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var api = Server.Open(parsed);
        var details = new List<JsonNode>();
        foreach (var listed in await Server.ListAsync(api, parsed, cancellationToken))
            details.Add(await api.GetAsync($"{listed["detail_url"]}", cancellationToken));
        if (Server.IsJson(parsed))
        {
            Console.WriteLine(new JsonArray([.. details]).ToJsonString());
            return 0;
        }

        var table = new Table().RoundedBorder().AddColumns("Connection", "App", "Schema", "Database", "State", "Org");
        foreach (var detail in details)
        {
            table.AddRow(
                Cell(detail["name"]), Cell(detail["app_name"]), Cell(detail["schema_name"]), Cell(detail["db_key"]),
                Cell(detail["state"]), Cell(detail["organization_id"]));
        }

        Screens.Open().Write(table);
        return 0;
    }

    private static string Cell(JsonNode? value) => Markup.Escape(value?.ToString() ?? "");
}
