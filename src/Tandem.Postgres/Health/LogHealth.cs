namespace Tandem.Postgres.Health;

/// <summary>How long the change log's oldest entry waits, and what the log takes on disk.</summary>
public sealed record LogHealth
{
    /// <summary>Zero when nothing waits.</summary>
    public required TimeSpan OldestWaits { get; init; }

    /// <summary>With its indexes.</summary>
    public required long LogBytes { get; init; }

    public required long ArchiveBytes { get; init; }
}
