namespace Tandem.Postgres.Tables;

/// <summary>A row of a synced table, and whether a local change to it waits or was refused.</summary>
public sealed record SampledRow
{
    /// <summary>In the order of the columns asked for: string, bool, number, DateOnly, DateTime, TimeOnly or null.</summary>
    public required object?[] Values { get; init; }

    public required bool IsQueued { get; init; }

    public required bool WasRefused { get; init; }
}
