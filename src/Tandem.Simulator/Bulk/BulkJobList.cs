using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk;

/// <summary>Answers lists of jobs, a thousand at a time. Source: salesforce-api.md, section 3.1, point 6.</summary>
internal static class BulkJobList
{
    private const int PageJobs = 1000;

    /// <param name="context">The request, with its filters <c>jobType</c> and <c>isPkChunkingEnabled</c> and its queryLocator.</param>
    /// <param name="jobs">All jobs, oldest first: each by its type, whether it is chunked by primary key, and how it is written.</param>
    public static Task WriteAsync(HttpContext context, IEnumerable<(string Type, bool IsChunked, Action<Utf8JsonWriter> Write)> jobs)
    {
        var query = context.Request.Query;
        var type = query["jobType"].ToString();
        var isChunked = bool.TryParse(query["isPkChunkingEnabled"].ToString(), out var wanted) ? wanted : (bool?)null;
        var found = jobs.Where(job => (type.Length == 0 || job.Type.Equals(type, StringComparison.OrdinalIgnoreCase))
            && (isChunked is null || job.IsChunked == isChunked)).ToList();

        var start = 0;
        if (query["queryLocator"] is [{ Length: > 0 } locator])
        {
            start = ResultLocator.Read(locator) is { } place && place <= found.Count
                ? place : throw new ApiException(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
        }

        var end = Math.Min(found.Count, start + PageJobs);
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("done", end == found.Count);
            writer.WriteStartArray("records");
            foreach (var (_, _, write) in found[start..end])
                write(writer);
            writer.WriteEndArray();
            if (end == found.Count)
                writer.WriteNull("nextRecordsUrl");
            else
                writer.WriteString("nextRecordsUrl", $"{context.Request.Path}?{Filters(type, isChunked)}queryLocator={ResultLocator.For(end)}");
            writer.WriteEndObject();
        });
    }

    private static string Filters(string type, bool? isChunked) =>
        (type.Length > 0 ? $"jobType={Uri.EscapeDataString(type)}&" : "")
        + (isChunked is { } only ? $"isPkChunkingEnabled={only.ToString(CultureInfo.InvariantCulture).ToLowerInvariant()}&" : "");
}
