namespace Tandem.Simulator.Bulk.V1;

/// <summary>The states of a batch of the older Bulk API. Batches live in memory and end with the process. Source: salesforce-api.md,
/// section 3.3.</summary>
internal enum V1BatchState
{
    /// <summary>Set when the batch is added.</summary>
    Queued,

    /// <summary>Set by the org when the batch's turn has come.</summary>
    InProgress,

    /// <summary>Set by the org when all rows were tried, or the query's rows are there.</summary>
    Completed,

    /// <summary>Set by the org when the batch makes no sense as a whole.</summary>
    Failed,

    /// <summary>Set when others do its work (chunking by primary key) or when its job is aborted first.</summary>
    NotProcessed,
}
