namespace Tandem.Simulator.Data;

/// <summary>One record as a transaction found it and as it left it; several saves of one record in one transaction are one
/// change.</summary>
internal sealed record RecordChange
{
    public required ChangeKind Kind { get; init; }

    public required ObjectTable Table { get; init; }

    /// <summary>The 18-character id.</summary>
    public required string Id { get; init; }

    /// <summary>The values before; null for a new record.</summary>
    public required object?[]? Before { get; init; }

    /// <summary>The values after; for a delete and a purge the last ones.</summary>
    public required object?[] After { get; init; }
}
