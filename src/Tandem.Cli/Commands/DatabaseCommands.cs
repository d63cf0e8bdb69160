using System.CommandLine;
using System.Text.Json.Nodes;
using Tandem.Cli.Help;
using Tandem.Cli.Remote;

namespace Tandem.Cli.Commands;

/// <summary>
/// <c>tandem db set</c>: the schema and the database of a connection that has no mappings yet, and another address of the database of one
/// that has. Source: heroku-connect.md, section 12.10.
/// </summary>
internal static class DatabaseCommands
{
    private static readonly Option<string?> Schema = new("--schema")
    {
        Description = "The schema of the mapped tables; no other connection's of that database.", HelpName = "NAME",
    };

    private static readonly TargetOptions Target = new();

    public static Command Build()
    {
        Schema.Validators.Add(Validation.Schema);
        var set = ApiCommand.Build(
            "set",
            "Sets the schema and the database of a connection, while nothing is mapped there.",
            AskAsync,
            connection => Console.WriteLine(
                $"{connection["name"]}: the schema is {connection["schema_name"]}, the database {connection["db_key"]}."),
            Schema,
            Target.Key,
            Target.Url);
        set.Validators.Add(Target.CheckMix);
        set.Validators.Add(result =>
        {
            if (GivenWords.Of(result, [Schema, Target.Key, Target.Url]).Length == 0)
                result.AddError("Nothing is to be set: give --schema, --db or --database-url.");
        });
        HelpNotes.Add(
            set,
            "With mappings the schema stays, and another address must lead to the same tables: the database was moved, or its password "
            + "is another.",
            TargetOptions.Note);
        return new Command("db", "The databases of connections.") { set };
    }

    private static async Task<JsonNode> AskAsync(
        ApiClient api, JsonNode connection, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (Target.ReadUrl(parsed) is { } url)
        {
            var path = $"/api/v1/connections/{connection["id"]}";
            await api.SendAsync(HttpMethod.Patch, path, new JsonObject { ["database_url"] = url }, cancellationToken);
        }

        var asked = new JsonObject();
        if (parsed.GetValue(Target.Key) is { } key)
            asked["db_key"] = key;
        if (parsed.GetValue(Schema) is { } schema)
            asked["schema_name"] = schema;
        return await api.SendAsync(HttpMethod.Patch, ApiCommand.PathOf(connection, ""), asked, cancellationToken);
    }
}
