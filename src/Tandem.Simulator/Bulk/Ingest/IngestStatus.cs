namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>How an ingest job stands at one moment; answers are written from it.</summary>
internal sealed record IngestStatus
{
    public required BulkJobState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Rows that were tried, failed ones too.</summary>
    public required int Processed { get; init; }

    public required int Failed { get; init; }

    /// <summary>Time since the job's turn came, up to its end.</summary>
    public required TimeSpan Lasted { get; init; }

    /// <summary>Why the job failed as a whole; null unless it did.</summary>
    public required string? ErrorMessage { get; init; }
}
