using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Records;

/// <summary>The ids of the records that a span of time changed or deleted. Source: salesforce-api.md, section 2.7.</summary>
internal static class ReplicationEndpoints
{
    private const string Object = "/services/data/v{version}/sobjects/{object}";

    public static void Map(IEndpointRouteBuilder routes, Org org)
    {
        routes.MapGet(Object + "/updated", context => Updated(context, org));
        routes.MapGet(Object + "/deleted", context => Deleted(context, org));
    }

    private static Task Updated(HttpContext context, Org org)
    {
        var (ids, covered) = ReplicationLog.Updated(
            org, ApiRequest.Table(context, org), Moment(context, "start"), Moment(context, "end"));
        return JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            JsonAnswer.WriteTexts(writer, "ids", ids);
            writer.WritePropertyName("latestDateCovered");
            ValueText.WriteJson(writer, covered);
            writer.WriteEndObject();
        });
    }

    private static async Task Deleted(HttpContext context, Org org)
    {
        var (entries, earliest, covered) = await ReplicationLog.DeletedAsync(
            org, ApiRequest.Table(context, org), Moment(context, "start"), Moment(context, "end"),
            holdsGate: ApiRequest.Transaction(context) is not null, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("deletedRecords");
            foreach (var entry in entries)
            {
                writer.WriteStartObject();
                writer.WritePropertyName("deletedDate");
                ValueText.WriteJson(writer, entry.DeletedDate);
                writer.WriteString("id", entry.Id);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WritePropertyName("earliestDateAvailable");
            ValueText.WriteJson(writer, earliest);
            writer.WritePropertyName("latestDateCovered");
            ValueText.WriteJson(writer, covered);
            writer.WriteEndObject();
        });
    }

    /// <summary>A plus sign that the client did not encode arrives as a space.</summary>
    private static DateTime Moment(HttpContext context, string name) =>
        IsoDateTime.TryParse(context.Request.Query[name].ToString().Replace(' ', '+'), out var moment) ? moment
            : throw new ApiException(400, "INVALID_REPLICATION_DATE",
                $"{name} is no date and time with a zone, such as 2026-01-01T00:00:00Z");
}
