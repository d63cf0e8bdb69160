namespace Tandem.Salesforce.Bulk;

/// <summary>A Bulk API 2.0 query job as last seen. Source: salesforce-api.md, section 3.2.</summary>
public sealed record BulkQueryJob
{
    public required string Id { get; init; }

    /// <summary>UploadComplete, InProgress, JobComplete, Failed or Aborted.</summary>
    public required string State { get; init; }

    public required string Object { get; init; }

    /// <summary>When Salesforce took the job: rows changed later may be missing from its result.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    public required long NumberRecordsProcessed { get; init; }

    /// <summary>Salesforce's reason for a failed job.</summary>
    public string? ErrorMessage { get; init; }
}
