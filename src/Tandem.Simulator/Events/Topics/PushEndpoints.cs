using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Events.Topics;

/// <summary>Generic streaming: pushes texts to the channel of a StreamingChannel record. Source: salesforce-api.md, section
/// 5.3.</summary>
internal static class PushEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Org org, EventBus bus) =>
        routes.MapPost("/services/data/v{version}/sobjects/StreamingChannel/{id}/push", context => PushAsync(context, org, bus));

    private static async Task PushAsync(HttpContext context, Org org, EventBus bus)
    {
        var table = org.FindTable("StreamingChannel") ?? throw ApiRequest.NotFound();
        var record = RecordEndpoints.FindLive(context, org, table, ApiRequest.RouteText(context, "id"));
        var address = (string?)record[table.Type.OrdinalOf("Name")] ?? "";
        using var body = await ApiRequest.ReadJsonAsync(context);
        if (body.RootElement.ValueKind != JsonValueKind.Object || !body.RootElement.TryGetProperty("pushEvents", out var events)
            || events.ValueKind != JsonValueKind.Array)
            throw new ApiException(400, "JSON_PARSER_ERROR", "The body has no array pushEvents.");
        var channel = bus.FindChannel(address) ?? throw ApiRequest.NotFound();
        foreach (var item in events.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("payload", out var payload)
                || payload.ValueKind != JsonValueKind.String)
                throw new ApiException(400, "REQUIRED_FIELD_MISSING", "Each of the pushEvents has a text payload.", ["payload"]);
        }

        foreach (var item in events.EnumerateArray())
            bus.Publish(new GenericEvent { Payload = item.GetProperty("payload").GetString() ?? "" }, [channel]);
        await JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartArray();
            for (var at = 0; at < events.GetArrayLength(); at++)
            {
                writer.WriteStartObject();
                writer.WriteNumber("fanoutCount", -1);
                JsonAnswer.WriteTexts(writer, "userOnlineStatus", []);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
