using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Verify;

namespace Tandem.Server.Api.V1;

/// <summary>
/// Comparisons of both sides: one is begun, goes on while the sync does, and is asked for until it is ready. The reports of all stand in
/// <c>tandem.verify_run</c>.
/// </summary>
internal sealed class VerificationEndpoints(ApiContext api)
{
    private readonly LastRuns<VerificationResult> _runs = new(api, "verification");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/connections/{id:guid}/verifications", BeginAsync)
            .WithSummary("Begins a comparison of both sides, with a repair if asked.")
            .Takes<VerificationRequest>()
            .Produces<RunBegun>(202)
            .Fails(409);
        routes.MapGet("/connections/{id:guid}/verifications/{verification:guid}", ReadAsync)
            .WithSummary("The reports of a comparison: 202 until it is ready. The last one of a connection is kept.")
            .Produces<VerificationResult>()
            .Produces(202);
    }

    private async Task<IResult> BeginAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var body = await JsonBody<VerificationRequest>.ReadAsync(http, cancellationToken);
        var asked = body.Value;
        var (_, mappings) = await api.ReadAsync(life, cancellationToken);
        if (asked.ObjectName is { } name && !mappings.Any(mapping => mapping.ObjectName.Equals(name, StringComparison.OrdinalIgnoreCase)))
            body.Problems.Add("object_name", "Expected the API name of a mapped object, found another text.");
        body.Problems.ThrowIfAny();
        ApiContext.AtWork(life);
        var request = new VerifyRequest(asked.Level ?? VerifyLevel.Stamps, asked.Repair is true);
        var run = _runs.Begin(life, token => RunAsync(life, asked.ObjectName, request, token));
        return Results.Json(new RunBegun($"{Routes.Root}/connections/{id}/verifications/{run}"), ApiJson.Options, statusCode: 202);
    }

    private Task<IResult> ReadAsync(HttpContext http, Guid id, Guid verification) =>
        _runs.ReadAsync(api.Find(http, id), verification, ApiJson.Options);

    private async Task<VerificationResult> RunAsync(
        ConnectionLife life, string? objectName, VerifyRequest request, CancellationToken cancellationToken)
    {
        var options = JsonSerializer.Serialize(request, VerifyJson.Options);
        var desk = await api.Fleet.OpenDeskAsync(life, options, cancellationToken);
        var outcome = await desk.AskAsync(RequestKind.Verify, objectName, cancellationToken);
        var reports = outcome.Detail is { } detail ? JsonSerializer.Deserialize<List<VerifyReport>>(detail, VerifyJson.Options) : null;
        return new VerificationResult(outcome.Succeeded, outcome.Sentence, reports ?? []);
    }
}
