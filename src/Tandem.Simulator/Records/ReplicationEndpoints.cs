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
    private const int MaxIds = 600_000;
    private static readonly TimeSpan UpdatedPeriod = TimeSpan.FromDays(30);
    private static readonly TimeSpan DeletedPeriod = TimeSpan.FromDays(15);

    public static void Map(IEndpointRouteBuilder routes, Org org)
    {
        routes.MapGet(Object + "/updated", context => Updated(context, org));
        routes.MapGet(Object + "/deleted", context => Deleted(context, org));
    }

    private static Task Updated(HttpContext context, Org org)
    {
        var table = Replicateable(context, org);
        var (start, end) = Span(context, org, UpdatedPeriod);
        var covered = Covered(org, end);
        var stamp = table.Type.SystemModstampOrdinal;
        var ids = table.Records.Where(record => !record.IsDeleted && record[stamp] is DateTime at && at >= start && at < end)
            .Select(record => record.Id).Order(StringComparer.Ordinal).ToList();
        RefuseMany(ids.Count);
        return JsonAnswer.WriteAsync(context, 200, writer =>
        {
            writer.WriteStartObject();
            JsonAnswer.WriteTexts(writer, "ids", ids);
            writer.WritePropertyName("latestDateCovered");
            ValueText.WriteJson(writer, covered);
            writer.WriteEndObject();
        });
    }

    private static Task Deleted(HttpContext context, Org org)
    {
        var table = Replicateable(context, org);
        var (start, end) = Span(context, org, DeletedPeriod);
        var covered = Covered(org, end);
        var entries = ReadLog(context, org, table).FindAll(entry => entry.DeletedDate >= start && entry.DeletedDate < end);
        RefuseMany(entries.Count);
        return JsonAnswer.WriteAsync(context, 200, writer =>
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
            ValueText.WriteJson(writer, Minute(org.Now() - DeletedPeriod));
            writer.WritePropertyName("latestDateCovered");
            ValueText.WriteJson(writer, covered);
            writer.WriteEndObject();
        });
    }

    /// <summary>A composite call holds the gate already.</summary>
    private static List<DeletedEntry> ReadLog(HttpContext context, Org org, ObjectTable table)
    {
        if (ApiRequest.Transaction(context) is not null)
            return [.. table.DeleteLog];
        using (org.Gate.Enter())
            return [.. table.DeleteLog];
    }

    private static void RefuseMany(int count)
    {
        if (count > MaxIds)
            throw new ApiException(400, "EXCEEDED_ID_LIMIT", $"The span holds {count} records; at most {MaxIds} are answered");
    }

    private static ObjectTable Replicateable(HttpContext context, Org org)
    {
        var table = ApiRequest.Table(context, org);
        return table.Type.IsReplicateable ? table
            : throw new ApiException(400, "INVALID_TYPE", $"{table.Type.Name} is not replicateable");
    }

    private static (DateTime Start, DateTime End) Span(HttpContext context, Org org, TimeSpan period)
    {
        var start = Minute(Moment(context, "start"));
        var end = Minute(Moment(context, "end"));
        if (start >= end)
            throw Invalid("startDate cannot be equal to or after endDate; both are cut to the minute");
        if (start < org.Now() - period - TimeSpan.FromMinutes(1))
            throw Invalid($"startDate cannot be more than {period.Days} days ago");
        return (start, end);
    }

    /// <summary>What is not committed yet may carry a stamp as old as the start of its transaction.</summary>
    private static DateTime Covered(Org org, DateTime end)
    {
        var covered = Minute(org.LatestDateCovered());
        return covered < end ? covered : end;
    }

    /// <summary>A plus sign that the client did not encode arrives as a space.</summary>
    private static DateTime Moment(HttpContext context, string name) =>
        IsoDateTime.TryParse(context.Request.Query[name].ToString().Replace(' ', '+'), out var moment) ? moment
            : throw Invalid($"{name} is no date and time with a zone, such as 2026-01-01T00:00:00Z");

    private static DateTime Minute(DateTime moment) => new(moment.Ticks - (moment.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);

    private static ApiException Invalid(string message) => new(400, "INVALID_REPLICATION_DATE", message);
}
