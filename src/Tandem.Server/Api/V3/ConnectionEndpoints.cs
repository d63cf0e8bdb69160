using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Api.V1;

namespace Tandem.Server.Api.V3;

/// <summary>A connection, what went wrong in it, and the org's objects. Source: heroku-connect.md, section 12.3.</summary>
internal sealed class ConnectionEndpoints(ApiContext api)
{
    private static readonly QueryParameter Deep = new("deep", "true tells of the mappings too.", "boolean");

    private readonly Views _views = new(api);

    public void Map(IEndpointRouteBuilder routes)
    {
        var connection = routes.MapGroup("/api/v3/connections/{id:guid}");
        connection.MapGet("", ReadAsync).WithSummary("A connection.").Takes(Deep);
        connection.MapPatch("", ChangeAsync).WithSummary("Sets the schema and the database of a connection that has no mappings yet.");
        connection.MapGet("/errors", (HttpContext http, Guid id, CancellationToken cancellationToken) =>
                WriteErrors.ReadAsync(api.Find(http, id), table: null, api.TimeProvider, cancellationToken))
            .WithSummary("The changes that Salesforce refused in the last day.");
        connection.MapGet("/schemas/{name}", DescribeAsync).WithSummary("An object of the org with its fields.");
    }

    private Task<ConnectionDetail> ReadAsync(HttpContext http, Guid id, CancellationToken cancellationToken) =>
        _views.DetailAsync(api.Find(http, id), IsDeep(http), http, cancellationToken);

    /// <summary>Both are fixed once there are mappings: the tables are there. The name is fixed always.</summary>
    private async Task<ConnectionDetail> ChangeAsync(HttpContext http, Guid id, JsonElement asked, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        if (asked.ValueKind != JsonValueKind.Object)
            throw ApiException.BadRequest("Expected a JSON object with schema_name, db_key or name.");
        var present = life.Connection;
        var (schema, key) = (ReadText(asked, "schema_name") ?? present.Schema, ReadText(asked, "db_key") ?? present.DatabaseKey);
        if (ReadText(asked, "name") is { } name && name != present.Name)
            throw ApiException.BadConfig($"name is {present.Name} and cannot be changed. Set up another connection for another.");
        if ((schema, key) != (present.Schema, present.DatabaseKey))
            life = await new ConnectionMove(api).RunAsync(http, life, schema, key, databaseUrl: null, cancellationToken);
        return await _views.DetailAsync(life, isDeep: false, http, cancellationToken);
    }

    /// <returns>Null when it is not there.</returns>
    private static string? ReadText(JsonElement asked, string member) => !asked.TryGetProperty(member, out var value)
        ? null
        : value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw ApiException.BadConfig($"{member}: expected a text, found another value.");

    private async Task<ObjectSchema> DescribeAsync(HttpContext http, Guid id, string name, CancellationToken cancellationToken)
    {
        var salesforce = ApiContext.AtWork(api.Find(http, id)).Salesforce;
        if (!name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            throw ApiException.NotFound("object");
        var described = await salesforce.Describe.DescribeAsync(name, cancellationToken);
        return new ObjectSchema(described.Name, described.Label, [.. described.Fields.Select(FieldSchema.Of)]);
    }

    /// <summary>Clients spell it true and True.</summary>
    private static bool IsDeep(HttpContext http) =>
        Deep.Read(http) is { } text && text.Equals("true", StringComparison.OrdinalIgnoreCase);
}
