using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Server.Logs;

namespace Tandem.Server.Api.V1;

/// <summary>The log of one connection: what is kept of it, and what comes, as server-sent events.</summary>
internal sealed class LogEndpoints(ApiContext api)
{
    private const string EventStream = "text/event-stream";
    private const int TailByDefault = 100;

    /// <summary>Then a follower asks again, and goes on where it was if its token still counts.</summary>
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(10);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/connections/{id:guid}/logs", ReadAsync);

    private async Task<IResult> ReadAsync(
        HttpContext http, Guid id, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var keeper = api.Fleet.Logs;
        var ring = keeper.Of(api.Find(http, id).Id);
        var filter = new LogFilter(LevelOf(http), Query(http, "object"));
        var tail = TailOf(http);
        if (!IsFollowed(http))
        {
            var lines = ring.ReadAfter(ring.FindTail(tail, filter)).Lines.Where(filter.Takes);
            var items = new JsonArray([.. lines.Select(line => JsonNode.Parse(line.Json))]);
            return Results.Json(new JsonObject { ["items"] = items, ["next"] = null }, ApiJson.Options);
        }

        using var late = new CancellationTokenSource(LongestStream, api.TimeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping, late.Token);
        var stream = new LogStream(ring, filter, keeper.Run, api.TimeProvider);
        var from = stream.Find(http.Request.Headers["Last-Event-ID"]) ?? ring.FindTail(tail, filter);
        http.Response.ContentType = EventStream;
        http.Response.Headers.CacheControl = "no-store";

        // A proxy that gathers answers before it hands them on would hold the entries back.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await stream.RunAsync(http, from, end.Token);
        return Results.Empty;
    }

    private static bool IsFollowed(HttpContext http) => Query(http, "follow") switch
    {
        "true" => true,
        "false" => false,
        null => !http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("application/json", StringComparison.Ordinal)),
        var text => throw ApiException.BadRequest($"follow: expected true or false, found {text}."),
    };

    private static int TailOf(HttpContext http) => Query(http, "tail") is not { } text
        ? TailByDefault
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= LogKeeper.Capacity
            ? count
            : throw ApiException.BadRequest($"tail: expected a number from 0 to {LogKeeper.Capacity}, found {text}.");

    private static LogLevel LevelOf(HttpContext http) => Query(http, "level") is not { } text
        ? LogLevel.Trace
        : LogLevels.Find(text)
            ?? throw ApiException.BadRequest($"level: expected one of {string.Join(", ", LogLevels.Words)}, found {text}.");

    private static string? Query(HttpContext http, string name) =>
        http.Request.Query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;
}
