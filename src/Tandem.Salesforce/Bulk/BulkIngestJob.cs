namespace Tandem.Salesforce.Bulk;

/// <summary>A Bulk API 2.0 ingest job as last seen. Source: salesforce-api.md, section 3.1.</summary>
public sealed record BulkIngestJob
{
    public required string Id { get; init; }

    /// <summary>Open, UploadComplete, InProgress, JobComplete, Failed or Aborted.</summary>
    public required string State { get; init; }

    public required string Object { get; init; }

    /// <summary>Rows that were tried, failed ones too.</summary>
    public required long NumberRecordsProcessed { get; init; }

    public required long NumberRecordsFailed { get; init; }

    /// <summary>Salesforce's reason for a failed job, which may have saved rows nevertheless.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The job does nothing until its upload is declared complete.</summary>
    public bool IsOpen => State == "Open";

    /// <summary>The job has ended, well or not; only then its results can be read.</summary>
    public bool HasEnded => State is "JobComplete" or "Failed" or "Aborted";
}
