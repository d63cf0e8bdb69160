namespace Tandem.Salesforce.Records;

/// <summary>The rows deleted in a window of time, and how far the answer can be trusted. Source: salesforce-api.md, section 2.7.</summary>
public sealed record DeletedRecords
{
    public required IReadOnlyList<DeletedRecord> Records { get; init; }

    /// <summary>Deletions before this moment are forgotten; a window that starts earlier needs a full comparison.</summary>
    public required DateTimeOffset EarliestDateAvailable { get; init; }

    /// <summary>The start of the next window; earlier than the end asked for while long transactions are open.</summary>
    public required DateTimeOffset LatestDateCovered { get; init; }
}
