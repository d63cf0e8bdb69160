using System.Globalization;
using System.Text.Json;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>Writes ingest jobs as the API shows them: shorter when made and closed, with progress when asked. Source: salesforce-api.md,
/// section 3.1.</summary>
internal static class IngestAnswers
{

    /// <summary>The answer to the job's making.</summary>
    public static void WriteMade(Utf8JsonWriter writer, IngestJob job)
    {
        var status = job.Status;
        writer.WriteStartObject();
        WriteShared(writer, job, status);
        WriteDialect(writer, job);
        writer.WriteEndObject();
    }

    /// <summary>The answer to a change of its state.</summary>
    public static void WriteChanged(Utf8JsonWriter writer, IngestJob job)
    {
        writer.WriteStartObject();
        WriteShared(writer, job, job.Status);
        writer.WriteEndObject();
    }

    /// <summary>A job in a list.</summary>
    public static void WriteListed(Utf8JsonWriter writer, IngestJob job)
    {
        writer.WriteStartObject();
        WriteShared(writer, job, job.Status);
        writer.WriteString("jobType", "V2Ingest");
        WriteDialect(writer, job);
        writer.WriteEndObject();
    }

    /// <summary>The whole of it, with its progress.</summary>
    public static void WriteWhole(Utf8JsonWriter writer, IngestJob job)
    {
        var status = job.Status;
        var lasted = (long)status.Lasted.TotalMilliseconds;
        writer.WriteStartObject();
        WriteShared(writer, job, status);
        writer.WriteString("jobType", "V2Ingest");
        WriteDialect(writer, job);
        writer.WriteNumber("numberRecordsProcessed", status.Processed);
        writer.WriteNumber("numberRecordsFailed", status.Failed);
        writer.WriteNumber("retries", 0);
        writer.WriteNumber("totalProcessingTime", lasted);
        writer.WriteNumber("apiActiveProcessingTime", lasted);
        writer.WriteNumber("apexProcessingTime", 0);
        if (status.ErrorMessage is { } message)
            writer.WriteString("errorMessage", message);
        writer.WriteEndObject();
    }

    private static void WriteShared(Utf8JsonWriter writer, IngestJob job, IngestStatus status)
    {
        var version = string.Create(CultureInfo.InvariantCulture, $"{job.Caller.Version}.0");
        writer.WriteString("id", job.Id);
        writer.WriteString("operation", job.Request.Target.OperationName);
        writer.WriteString("object", job.Request.Target.Type.Name);
        writer.WriteString("createdById", job.Caller.UserId);
        writer.WriteString("createdDate", Spell(status.CreatedAt));
        writer.WriteString("systemModstamp", Spell(status.ChangedAt));
        writer.WriteString("state", status.State.ToString());
        if (job.Request.Target.ExternalIdFieldName is { } key)
            writer.WriteString("externalIdFieldName", key);
        if (job.Request.AssignmentRuleId is { } rule)
            writer.WriteString("assignmentRuleId", rule);
        writer.WriteString("concurrencyMode", "Parallel");
        writer.WriteString("contentType", "CSV");
        writer.WritePropertyName("apiVersion");
        writer.WriteRawValue(version);
        if (status.State == BulkJobState.Open)
            writer.WriteString("contentUrl", $"services/data/v{version}/jobs/ingest/{job.Id}/batches");
    }

    private static void WriteDialect(Utf8JsonWriter writer, IngestJob job)
    {
        writer.WriteString("lineEnding", job.Request.Dialect.LineEndingName);
        writer.WriteString("columnDelimiter", job.Request.Dialect.DelimiterName);
    }

    private static string Spell(DateTimeOffset moment) => moment.UtcDateTime.ToString(ValueText.RestDateTime, CultureInfo.InvariantCulture);
}
