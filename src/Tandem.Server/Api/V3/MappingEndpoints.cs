using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Api.V1;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Server.Api.V3;

/// <summary>The mappings of a connection. Source: heroku-connect.md, section 12.5.</summary>
internal sealed class MappingEndpoints(ApiContext api)
{
    private readonly Views _views = new(api);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v3/connections/{id:guid}/mappings", CreateAsync)
            .WithSummary("Makes a mapping.")
            .Produces<MappingDetail>(201);
        var mapping = routes.MapGroup("/api/v3/mappings/{id:guid}");
        mapping.MapGet("", ReadAsync).WithSummary("A mapping.");
        mapping.MapDelete("", DeleteAsync).WithSummary("Removes a mapping; its table stays.").Produces(204);
        mapping.MapPost("/actions/reload", ReloadAsync).WithSummary("Reads every record anew.").Produces<MappingDetail>(202);
        mapping.MapGet("/errors", ListErrorsAsync).WithSummary("The changes of the table that Salesforce refused in the last day.");
    }

    /// <summary>A mapping is made as an import of it alone, and answered when it is stored; its table fills afterwards.</summary>
    private async Task<IResult> CreateAsync(HttpContext http, Guid id, JsonElement asked, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        if (asked.ValueKind != JsonValueKind.Object
            || !asked.TryGetProperty("object_name", out var name) || name.ValueKind != JsonValueKind.String)
            throw ApiException.BadConfig("Expected a JSON object with object_name, a text, and config, an object.");
        var (stored, before) = await api.ReadAsync(life, cancellationToken);
        if (before.FirstOrDefault(mapping => mapping.ObjectName.Equals(name.GetString(), StringComparison.OrdinalIgnoreCase)) is { } there)
            throw ApiException.Conflict($"{there.ObjectName} is mapped already; change it by an import.");
        ApiContext.AtWork(life);

        // With the rest of the file as it is stored, so that what Tandem does not know there stays.
        var file = MappingFileWriter.Write(stored, [], api.TimeProvider.GetUtcNow());
        file["mappings"] = new JsonArray(JsonNode.Parse(asked.GetRawText()));
        var request = new ImportRequest(file.ToJsonString(), IsPreview: false).ToJson();
        using (life.BeginImport())
            await AskAsync(life, RequestKind.Import, objectName: null, request, cancellationToken);
        var (connection, after) = await api.ReadAsync(life, cancellationToken);
        var note = ApiContext.NoteOf(http, life, "mapping.create");
        await api.Fleet.NoteAsync(
            note with { Subject = name.GetString(), After = JsonNode.Parse(asked.GetRawText()) }, cancellationToken);
        var made = after.First(mapping => mapping.ObjectName.Equals(name.GetString(), StringComparison.OrdinalIgnoreCase));
        var detail = await _views.DetailAsync(life, connection, made, http, cancellationToken);
        return Results.Json(detail, statusCode: 201);
    }

    private async Task<MappingDetail> ReadAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var (life, connection, mapping) = await api.FindMappingAsync(http, id, cancellationToken);
        return await _views.DetailAsync(life, connection, mapping, http, cancellationToken);
    }

    private async Task<IResult> DeleteAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var (life, _, mapping) = await api.FindMappingAsync(http, id, cancellationToken);
        ApiContext.AtWork(life);
        await AskAsync(life, RequestKind.Remove, mapping.ObjectName, "{}", cancellationToken);
        var note = ApiContext.NoteOf(http, life, "mapping.delete");
        await api.Fleet.NoteAsync(note with { Subject = mapping.ObjectName, Before = Describe(mapping) }, cancellationToken);
        return Results.NoContent();
    }

    private async Task<IResult> ReloadAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var (life, connection, mapping) = await api.FindMappingAsync(http, id, cancellationToken);
        ApiContext.AtWork(life);
        var desk = await api.Fleet.OpenDeskAsync(life, "{}", cancellationToken);
        var request = await desk.HandInAsync(RequestKind.Reload, mapping.ObjectName, cancellationToken);
        api.Fleet.Follow(
            life,
            async token =>
            {
                var outcome = await desk.WaitAsync(request, token);
                if (!outcome.Succeeded)
                    await api.Fleet.Notifications.AddAsync(life.Id, "reload-failed", outcome.Sentence, token);
            });
        RequestEndpoints.PointTo(http, life, request);
        var detail = await _views.DetailAsync(life, connection, mapping, http, cancellationToken);
        return Results.Json(detail, statusCode: 202);
    }

    private async Task<WriteErrorList> ListErrorsAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var (life, _, mapping) = await api.FindMappingAsync(http, id, cancellationToken);
        return await WriteErrors.ReadAsync(life, mapping.ObjectName.ToLowerInvariant(), api.TimeProvider, cancellationToken);
    }

    private static JsonObject Describe(Mapping mapping) => new()
    {
        ["object_name"] = mapping.ObjectName,
        ["access"] = mapping.Access == MappingAccess.ReadWrite ? "read_write" : "read_only",
        ["fields"] = new JsonArray([.. mapping.Fields.Select(field => JsonValue.Create(field))]),
        ["filter"] = mapping.Filter,
    };

    private async Task AskAsync(
        ConnectionLife life, RequestKind kind, string? objectName, string options, CancellationToken cancellationToken)
    {
        var desk = await api.Fleet.OpenDeskAsync(life, options, cancellationToken);
        var outcome = await desk.AskAsync(kind, objectName, cancellationToken);
        if (!outcome.Succeeded)
            throw ApiException.BadConfig(outcome.Sentence);
    }
}
