namespace Tandem.Simulator.Bulk;

/// <summary>
/// The states of a query job. Time alone moves a job on; a failure shows when the job is made, so none fails later. Jobs live in memory
/// and end with the process. Source: salesforce-api.md, section 3.2.
/// </summary>
internal enum BulkQueryState
{
    /// <summary>Set when the job is made.</summary>
    UploadComplete,

    /// <summary>Set by the clock after half of the configured delay.</summary>
    InProgress,

    /// <summary>Set by the clock after the configured delay; results can be read.</summary>
    JobComplete,

    /// <summary>Set by the client before the job is complete; there are no results.</summary>
    Aborted,
}
