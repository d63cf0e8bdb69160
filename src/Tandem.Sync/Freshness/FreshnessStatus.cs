namespace Tandem.Sync.Freshness;

/// <summary>What a person sees of the derived columns of one mapped table: how each is kept true, and the price.</summary>
public sealed record FreshnessStatus
{
    public required string ObjectName { get; init; }

    public required IReadOnlyList<FieldFreshness> Fields { get; init; }

    /// <summary>API calls by day (UTC), the latest first, a month back; days without any are left out.</summary>
    public required IReadOnlyList<KeyValuePair<DateOnly, int>> CallsByDay { get; init; }

    /// <summary>When a refreshing last came to its end; null before the first.</summary>
    public required DateTime? RefreshedAt { get; init; }

    /// <summary>One sentence about what keeps the columns from being refreshed; null when all is well.</summary>
    public required string? Trouble { get; init; }
}
