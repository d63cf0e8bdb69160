using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Api.OpenApi;
using Tandem.Server.Api.V1;
using Tandem.Server.Hosting;
using Tandem.Sync.Activity;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Server.Api.V3;

/// <summary>What a connection can be asked to do. Source: heroku-connect.md, section 12.3.</summary>
internal sealed class ActionEndpoints(ApiContext api)
{
    private readonly Views _views = new(api);

    public void Map(IEndpointRouteBuilder routes)
    {
        var actions = routes.MapGroup("/api/v3/connections/{id:guid}/actions");
        actions.MapPost("/pause", (HttpContext http, Guid id, CancellationToken cancellationToken) =>
                PauseAsync(http, id, isPaused: true, cancellationToken))
            .WithSummary("Stops the connection until it is resumed.")
            .Produces<ConnectionDetail>(202);
        actions.MapPost("/resume", (HttpContext http, Guid id, CancellationToken cancellationToken) =>
                PauseAsync(http, id, isPaused: false, cancellationToken))
            .WithSummary("Lets a paused connection go on.")
            .Produces<ConnectionDetail>(202);
        actions.MapPost("/restart", RestartAsync).WithSummary("Tries again what stopped.").Produces<ConnectionDetail>(202);
        actions.MapGet("/export", ExportAsync).WithSummary("The connection as a mapping file.").Produces<JsonObject>();
        actions.MapPost("/import", ImportAsync)
            .WithSummary("Takes a mapping file over.")
            .WithMetadata(new TakesMappingFile())
            .Produces<ConnectionDetail>(202);
    }

    private async Task<IResult> PauseAsync(HttpContext http, Guid id, bool isPaused, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        await api.Fleet.ChangeAsync(
            async session =>
            {
                await CatalogDatabase.PauseAsync(session, id, isPaused, cancellationToken);
                var note = ApiContext.NoteOf(http, life, isPaused ? "connection.pause" : "connection.resume");
                await AuditTable.AppendAsync(session, note, cancellationToken);
                return true;
            },
            cancellationToken);
        if (isPaused)
            life.Pause();
        else
            life.Resume();
        var entry = new ActivityEntry { Kind = isPaused ? ActivityKind.Pause : ActivityKind.Resume };
        await api.Fleet.TellAsync(life, entry, cancellationToken);
        return await AcceptedAsync(http, life, cancellationToken);
    }

    /// <summary>What stopped with an error is tried again, in a connection that is at work too.</summary>
    private async Task<IResult> RestartAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        life.Restart();
        return await AcceptedAsync(http, life, cancellationToken);
    }

    private async Task<IResult> ExportAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var (connection, mappings) = await api.ReadAsync(api.Find(http, id), cancellationToken);
        var file = MappingFileWriter.ToText(MappingFileWriter.Write(connection, mappings, api.TimeProvider.GetUtcNow()));
        return Results.Text(file, "application/json");
    }

    /// <summary>What the file itself tells is refused at once; what the org does not serve is a notification.</summary>
    private async Task<IResult> ImportAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        using var reader = new StreamReader(http.Request.Body);
        var file = await reader.ReadToEndAsync(cancellationToken);
        MappingFile.Parse(file);
        ApiContext.AtWork(life);
        var note = ApiContext.NoteOf(http, life, "connection.import");
        var desk = await api.Fleet.OpenDeskAsync(life, new ImportRequest(file, IsPreview: false).ToJson(), cancellationToken);
        var request = await desk.HandInAsync(RequestKind.Import, objectName: null, cancellationToken);
        var importing = life.BeginImport();
        api.Fleet.Follow(
            life,
            async token =>
            {
                using (importing)
                {
                    var outcome = await desk.WaitAsync(request, token);
                    if (outcome.Succeeded)
                        await api.Fleet.NoteAsync(note with { After = JsonNode.Parse(outcome.Detail ?? "[]") }, token);
                    else
                        await api.Fleet.Notifications.AddAsync(id, "import-failed", outcome.Sentence, token);
                }
            });
        RequestEndpoints.PointTo(http, life, request);
        return await AcceptedAsync(http, life, cancellationToken);
    }

    private async Task<IResult> AcceptedAsync(HttpContext http, ConnectionLife life, CancellationToken cancellationToken) =>
        Results.Json(await _views.DetailAsync(life, isDeep: false, http, cancellationToken), statusCode: 202);
}
