using System.Globalization;
using System.Text.Json;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Bulk;

/// <summary>A query job: what was asked, and the rows as they were when it was made. Source: salesforce-api.md, section 3.2.</summary>
internal sealed class BulkQueryJob(BulkQueryRequest request, BoundQuery query, QueryResult result, BulkSettings settings)
{
    private const int ShareOfWaiting = 2;
    private const string MomentFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'+0000'";

    private volatile bool _isAborted;

    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The API version that made the job, such as 67.0; results answer to no other.</summary>
    public required string Version { get; init; }

    public IReadOnlyList<QueryRow> Rows => result.Rows;

    public CsvRenderer Renderer { get; } = new(query.Columns, request.Delimiter, request.EndsLinesWithCarriageReturn);

    public BulkQueryState StateAt(DateTimeOffset now)
    {
        if (_isAborted)
            return BulkQueryState.Aborted;
        var age = now - CreatedAt;
        if (age >= settings.JobDelay)
            return BulkQueryState.JobComplete;
        return age >= settings.JobDelay / ShareOfWaiting ? BulkQueryState.InProgress : BulkQueryState.UploadComplete;
    }

    public void Abort() => _isAborted = true;

    /// <summary>
    /// Writes the job as an object; the answer to its making shows neither type nor progress, and its state as it was then.
    /// </summary>
    public void Write(Utf8JsonWriter writer, DateTimeOffset now, bool isNew)
    {
        var state = isNew ? BulkQueryState.UploadComplete : StateAt(now);
        var createdAt = CreatedAt.UtcDateTime.ToString(MomentFormat, CultureInfo.InvariantCulture);
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("operation", request.IncludesDeleted ? "queryAll" : "query");
        writer.WriteString("object", query.Table.Type.Name);
        writer.WriteString("createdById", settings.UserId);
        writer.WriteString("createdDate", createdAt);
        writer.WriteString("systemModstamp", createdAt);
        writer.WriteString("state", state.ToString());
        writer.WriteString("concurrencyMode", "Parallel");
        writer.WriteString("contentType", "CSV");
        writer.WritePropertyName("apiVersion");
        writer.WriteRawValue(Version, skipInputValidation: true);
        if (!isNew)
        {
            writer.WriteString("jobType", "V2Query");
        }

        writer.WriteString("lineEnding", request.EndsLinesWithCarriageReturn ? "CRLF" : "LF");
        writer.WriteString("columnDelimiter", request.DelimiterName);
        if (!isNew)
        {
            var lasted = now - CreatedAt < settings.JobDelay ? now - CreatedAt : settings.JobDelay;
            writer.WriteNumber("numberRecordsProcessed", state == BulkQueryState.JobComplete ? Rows.Count : 0);
            writer.WriteNumber("retries", 0);
            writer.WriteNumber("totalProcessingTime", (long)lasted.TotalMilliseconds);
            writer.WriteBoolean("isPkChunkingSupported", query.Query.OrderBy.Count == 0 && query.Query.Limit is null);
        }

        writer.WriteEndObject();
    }
}
