namespace Tandem.Simulator.Bulk.V1;

/// <summary>The members of jobs and batches in answers, in the platform's order.</summary>
internal static class V1Members
{
    public static IReadOnlyList<(string Name, object? Value)> Of(V1Job job)
    {
        var batches = job.Batches;
        var lasted = (long)batches.Sum(batch => batch.Lasted.TotalMilliseconds);
        return
        [
            ("id", job.Id),
            ("operation", job.Operation),
            ("object", job.ObjectName),
            ("createdById", job.Caller.UserId),
            ("createdDate", job.CreatedAt),
            ("systemModstamp", job.ChangedAt),
            ("state", job.State.ToString()),
            ("externalIdFieldName", job.Target?.ExternalIdFieldName),
            ("concurrencyMode", job.ConcurrencyMode),
            ("contentType", job.Format.ToString().ToUpperInvariant()),
            ("numberBatchesQueued", Count(V1BatchState.Queued)),
            ("numberBatchesInProgress", Count(V1BatchState.InProgress)),
            ("numberBatchesCompleted", Count(V1BatchState.Completed)),
            ("numberBatchesFailed", Count(V1BatchState.Failed)),
            ("numberBatchesTotal", batches.Count),
            ("numberRecordsProcessed", batches.Sum(batch => batch.Processed)),
            ("numberRetries", 0),
            ("apiVersion", job.Caller.Version + 0.0m),
            ("assignmentRuleId", job.AssignmentRuleId),
            ("numberRecordsFailed", batches.Sum(batch => batch.Failed)),
            ("totalProcessingTime", lasted),
            ("apiActiveProcessingTime", lasted),
            ("apexProcessingTime", 0),
        ];

        int Count(V1BatchState state) => batches.Count(batch => batch.State == state);
    }

    /// <summary>A job in the lists of the newer API.</summary>
    public static IReadOnlyList<(string Name, object? Value)> Listed(V1Job job) =>
    [
        .. Of(job).Where(member => !member.Name.StartsWith("number", StringComparison.Ordinal)
            && !member.Name.EndsWith("ProcessingTime", StringComparison.Ordinal) && member.Value is not null),
        ("jobType", "Classic"),
    ];

    public static IReadOnlyList<(string Name, object? Value)> Of(V1Batch batch) =>
    [
        ("id", batch.Id),
        ("jobId", batch.JobId),
        ("state", batch.State.ToString()),
        ("stateMessage", batch.StateMessage),
        ("createdDate", batch.CreatedAt),
        ("systemModstamp", batch.ChangedAt),
        ("numberRecordsProcessed", batch.Processed),
        ("numberRecordsFailed", batch.Failed),
        ("totalProcessingTime", (long)batch.Lasted.TotalMilliseconds),
        ("apiActiveProcessingTime", (long)batch.Lasted.TotalMilliseconds),
        ("apexProcessingTime", 0),
    ];
}
