namespace Tandem.Simulator.Data;

/// <summary>What one transaction changed, in the order of its first touches; the org hands it to whoever makes events of it.</summary>
internal sealed record CommittedTransaction
{
    /// <summary>Names the transaction in all its events.</summary>
    public required Guid Key { get; init; }

    /// <summary>Counts commits, with gaps; a later commit has a greater number.</summary>
    public required long CommitNumber { get; init; }

    public required DateTimeOffset CommittedAt { get; init; }

    public required Caller Caller { get; init; }

    public required IReadOnlyList<RecordChange> Changes { get; init; }
}
