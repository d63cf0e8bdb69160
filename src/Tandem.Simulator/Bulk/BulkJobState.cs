namespace Tandem.Simulator.Bulk;

/// <summary>
/// The states of a Bulk API 2.0 job, ingest or query. Jobs live in memory and end with the process. Source: salesforce-api.md, sections
/// 3.1 and 3.2.
/// </summary>
internal enum BulkJobState
{
    /// <summary>Set when an ingest job is made; it waits for its rows.</summary>
    Open,

    /// <summary>Set by the client when all rows are there, and at the making of a query job; the job waits for its turn.</summary>
    UploadComplete,

    /// <summary>Set by the org after the first half of the configured delay.</summary>
    InProgress,

    /// <summary>Set by the org; results can be read, those of failed rows too.</summary>
    JobComplete,

    /// <summary>Set by the org when it gives up on the job; rows that it has saved by then stay saved.</summary>
    Failed,

    /// <summary>Set by the client before the job has ended; rows that are saved by then stay saved.</summary>
    Aborted,
}
