namespace Tandem.Simulator.Bulk;

/// <summary>What <see cref="BulkJobStore{TJob}"/> knows of a job: jobs of rows, of queries and of the older API are kept alike.</summary>
internal interface IBulkJob
{
    /// <summary>18 characters.</summary>
    string Id { get; }

    DateTimeOffset CreatedAt { get; }
}
