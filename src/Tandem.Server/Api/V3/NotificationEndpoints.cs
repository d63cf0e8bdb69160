using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Api.V1;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V3;

/// <summary>What a person should know of a connection, until it is acknowledged. Source: heroku-connect.md, section 12.3.</summary>
internal sealed class NotificationEndpoints(ApiContext api)
{
    private const int LargestPage = 1_000;

    private static readonly QueryParameter PageSize = new("page_size", "1 to 1000.", "integer");
    private static readonly QueryParameter[] Which =
    [
        new("after", "Only those of after this moment."),
        new("before", "Only those of before this moment."),
        new("event_type", "Only those of this type."),
    ];

    public void Map(IEndpointRouteBuilder routes)
    {
        var notifications = routes.MapGroup("/api/v3/connections/{id:guid}/notifications");
        notifications.MapGet("", ListAsync)
            .WithSummary("What a person should know of the connection, the newest first.")
            .Takes([.. Which, PageSize]);
        notifications.MapPost("/acknowledge", AcknowledgeAsync)
            .WithSummary("Says that a person knows them.")
            .Takes(Which)
            .Produces(204);
    }

    private async Task<NotificationList> ListAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var page = Query(http, "page_size") is not { } text
            ? LargestPage
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is > 0 and <= LargestPage
                ? size
                : throw ApiException.BadRequest($"page_size: expected a number from 1 to {LargestPage}, found {text}.");
        var found = await api.Fleet.Notifications.ListAsync(life.Id, Filter(http), page, cancellationToken);
        return new NotificationList([.. found.Select(notification => new NotificationView(
            notification.Id, notification.EventType, notification.Message, notification.CreatedAt))]);
    }

    private async Task<IResult> AcknowledgeAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        await api.Fleet.Notifications.AcknowledgeAsync(life.Id, Filter(http), cancellationToken);
        return Results.NoContent();
    }

    private static NotificationFilter Filter(HttpContext http) => new()
    {
        After = Moment(http, "after"), Before = Moment(http, "before"), EventType = Query(http, "event_type"),
    };

    private static DateTimeOffset? Moment(HttpContext http, string name) => Query(http, name) is not { } text
        ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw ApiException.BadRequest($"{name}: expected a moment such as 2026-01-31T12:00:00Z, found {text}.");

    private static string? Query(HttpContext http, string name) =>
        http.Request.Query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;
}
