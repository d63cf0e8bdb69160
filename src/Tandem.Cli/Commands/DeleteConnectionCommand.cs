using System.CommandLine;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem connections delete</c>: removes a connection from the configuration of a server.</summary>
internal static class DeleteConnectionCommand
{
    private static readonly Option<bool> WithMappings = new("--with-mappings")
    {
        Description = "Removes its mappings, too; without it a connection that has some is kept.",
    };

    private static readonly Option<bool> WithoutDatabase = new("--without-database")
    {
        Description = "For a database that is no more: asks nothing of it, and leaves what is there as it is.",
    };

    private static readonly Option<string?> Confirm = new("--confirm")
    {
        Description = "The name of the connection's app, to be sure; may be left out.", HelpName = "APP",
    };

    public static Command Build() => ApiCommand.Build(
        "delete",
        "Removes a connection from the configuration. Its tables and rows stay, and changes of them are captured no more.",
        async (api, connection, parsed, cancellationToken) =>
        {
            ApiCommand.Confirm(connection, parsed.GetValue(Confirm));
            var query = $"?with_mappings={Spell(parsed, WithMappings)}&without_database={Spell(parsed, WithoutDatabase)}";
            await api.SendAsync(HttpMethod.Delete, $"/api/v1/connections/{connection["id"]}{query}", body: null, cancellationToken);
            return connection;
        },
        connection => Console.WriteLine($"{connection["name"]}: removed. The tables and their rows stay."),
        WithMappings,
        WithoutDatabase,
        Confirm);

    private static string Spell(ParseResult parsed, Option<bool> option) => parsed.GetValue(option) ? "true" : "false";
}
