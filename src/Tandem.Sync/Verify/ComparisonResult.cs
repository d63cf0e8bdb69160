namespace Tandem.Sync.Verify;

/// <summary>What a <see cref="Comparison"/> of one mapping found.</summary>
public sealed record ComparisonResult
{
    public required string ObjectName { get; init; }

    /// <summary>Rows and records looked at; one that stands on both sides counts once.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that miss on one side or have a value that differs.</summary>
    public long Differences { get; init; }

    /// <summary>The first differing rows: the id and the columns, never a value.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];
}
