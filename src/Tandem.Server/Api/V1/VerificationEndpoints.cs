using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Verify;

namespace Tandem.Server.Api.V1;

/// <summary>
/// Comparisons of both sides: one is begun, goes on while the sync does, and is asked for until it is ready. The last of each connection is
/// kept here; the reports of all stand in <c>tandem.verify_run</c>.
/// </summary>
internal sealed class VerificationEndpoints(ApiContext api)
{
    private readonly ConcurrentDictionary<Guid, (Guid Id, Task<VerificationResult> Running)> _last = new();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/connections/{id:guid}/verifications", BeginAsync)
            .WithSummary("Begins a comparison of both sides, with a repair if asked.")
            .Takes<VerificationRequest>()
            .Produces<VerificationBegun>(202)
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
        var verification = Guid.CreateVersion7(api.TimeProvider.GetUtcNow());
        var request = new VerifyRequest(asked.Level ?? VerifyLevel.Stamps, asked.Repair is true);
        _last[id] = (verification, RunAsync(life, asked.ObjectName, request));
        return Results.Json(
            new VerificationBegun($"{Routes.Root}/connections/{id}/verifications/{verification}"), ApiJson.Options, statusCode: 202);
    }

    private async Task<IResult> ReadAsync(HttpContext http, Guid id, Guid verification)
    {
        api.Find(http, id);
        if (!_last.TryGetValue(id, out var last) || last.Id != verification)
            throw ApiException.NotFound("verification");
        return last.Running.IsCompleted
            ? Results.Json(await last.Running, ApiJson.Options)
            : Results.Json(new { }, ApiJson.Options, statusCode: 202);
    }

    /// <summary>It outlives the request that begins it, and ends with the server at the latest.</summary>
    private Task<VerificationResult> RunAsync(ConnectionLife life, string? objectName, VerifyRequest request)
    {
        var ready = new TaskCompletionSource<VerificationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        api.Fleet.Follow(
            life,
            async token =>
            {
                try
                {
                    var options = JsonSerializer.Serialize(request, VerifyJson.Options);
                    var desk = await api.Fleet.OpenDeskAsync(life, options, token);
                    var outcome = await desk.AskAsync(RequestKind.Verify, objectName, token);
                    var reports = outcome.Detail is { } detail
                        ? JsonSerializer.Deserialize<List<VerifyReport>>(detail, VerifyJson.Options)
                        : null;
                    ready.SetResult(new VerificationResult(outcome.Succeeded, outcome.Sentence, reports ?? []));
                }
                catch (Exception exception)
                {
                    ready.SetException(exception);
                    throw;
                }
            });
        return ready.Task;
    }
}
