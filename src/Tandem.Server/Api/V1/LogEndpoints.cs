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

    private static readonly QueryParameter Tail = new("tail", "How many of the newest kept entries come first; 100 without it.", "integer");
    private static readonly QueryParameter Level = new("level", "Entries of this level and worse; all without it.");
    private static readonly QueryParameter ObjectName = new("object", "Entries about this object alone.");
    private static readonly QueryParameter Follow = new(
        "follow", "Whether those that come follow as server-sent events; without it they do unless JSON is asked for.", "boolean");

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/connections/{id:guid}/logs", ReadAsync)
        .WithSummary("The log of a connection, as a list or as a stream of server-sent events.")
        .Takes(Tail, Level, ObjectName, Follow)
        .Produces<JsonObject>()
        .Produces(200, contentType: EventStream);

    private async Task<IResult> ReadAsync(
        HttpContext http, Guid id, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var keeper = api.Fleet.Logs;
        var ring = keeper.Of(api.Find(http, id).Id);
        var filter = new LogFilter(LevelOf(http), ObjectName.Read(http));
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

    private static bool IsFollowed(HttpContext http) => Follow.Read(http) switch
    {
        "true" => true,
        "false" => false,
        null => !http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("application/json", StringComparison.Ordinal)),
        var text => throw ApiException.BadRequest($"follow: expected true or false, found {text}."),
    };

    private static int TailOf(HttpContext http) => Tail.Read(http) is not { } text
        ? TailByDefault
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= LogKeeper.Capacity
            ? count
            : throw ApiException.BadRequest($"tail: expected a number from 0 to {LogKeeper.Capacity}, found {text}.");

    private static LogLevel LevelOf(HttpContext http) => Level.Read(http) is not { } text
        ? LogLevel.Trace
        : LogLevels.Find(text)
            ?? throw ApiException.BadRequest($"level: expected one of {string.Join(", ", LogLevels.Words)}, found {text}.");
}
