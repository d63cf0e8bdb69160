using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events.Schemas;

/// <summary>The schemas of events by their id and by their event's name. Source: salesforce-api.md, section 5.3.</summary>
internal static class EventSchemaEndpoints
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes, Org org, EventBus bus)
    {
        routes.MapMethods("/services/data/v{version}/event/eventSchema/{schemaId}", ReadMethods, context =>
            WriteAsync(context, org, bus, bus.Schemas.Find(ApiRequest.RouteText(context, "schemaId"))));
        routes.MapMethods("/services/data/v{version}/sobjects/{event}/eventSchema", ReadMethods, context =>
            WriteAsync(context, org, bus, TypeOf(org, ApiRequest.RouteText(context, "event"))));
    }

    private static ObjectType? TypeOf(Org org, string eventName) => org.Types.FirstOrDefault(type =>
        (ChannelDirectory.IsPlatformEvent(type) || ChannelDirectory.CanTell(type))
        && EventSchemaJson.NameOf(type).Equals(eventName, StringComparison.OrdinalIgnoreCase));

    private static Task WriteAsync(HttpContext context, Org org, EventBus bus, ObjectType? type)
    {
        if (type is null || !org.AccessOf(ApiRequest.Session(context).UserId).CanSee(type))
            throw ApiRequest.NotFound();
        var format = context.Request.Query["payloadFormat"].ToString().ToUpperInvariant();
        if (format is not ("" or "COMPACT" or "EXPANDED"))
            throw new ApiException(400, "INVALID_PARAMETER", "The payloadFormat of a schema is COMPACT or EXPANDED.");
        return JsonAnswer.WriteAsync(context, 200, writer => EventSchemaJson.Write(writer, type, bus.Schemas.IdOf(type), format != "COMPACT"));
    }
}
