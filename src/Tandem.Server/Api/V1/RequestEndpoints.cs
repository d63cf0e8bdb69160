using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V1;

/// <summary>
/// What became of an import or a reload that version 3 has accepted: 202 until it is done, then 200 with a sentence. The answer that
/// accepts it points here by its header Location. Requests are stored, so that they are found after a restart of the server, too.
/// </summary>
internal sealed class RequestEndpoints(ApiContext api)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/connections/{id:guid}/requests/{request:long}", ReadAsync)
            .WithSummary("What became of an import or a reload: 202 until it is done.")
            .Produces<RequestResult>()
            .Produces<RequestProgress>(202);

    public static void PointTo(HttpContext http, ConnectionLife life, long request) =>
        http.Response.Headers.Location = $"{Routes.Root}/connections/{life.Id}/requests/{request}";

    private async Task<IResult> ReadAsync(HttpContext http, Guid id, long request, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var status = await api.Fleet.ReadAsync(
            life,
            session => RequestTable.FindAsync(session, life.Connection.Schema, request, cancellationToken),
            cancellationToken)
            ?? throw ApiException.NotFound("request");
        if (status.Outcome is not { } outcome)
            return Results.Json(new RequestProgress(status.IsTaken), ApiJson.Options, statusCode: 202);
        var detail = outcome.Detail is { } json ? JsonNode.Parse(json) : null;
        return Results.Json(new RequestResult(outcome.Succeeded, outcome.Sentence, detail), ApiJson.Options);
    }
}
