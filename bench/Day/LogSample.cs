namespace Tandem.Bench.Day;

/// <summary>The change log at one moment.</summary>
internal sealed record LogSample
{
    /// <summary>Since the first change.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Changes that the app has committed.</summary>
    public required long Changes { get; init; }

    public required long LiveEntries { get; init; }

    /// <summary>Versions of rows that vacuum has not removed yet, as the server counts them.</summary>
    public required long DeadEntries { get; init; }

    /// <summary>Of those, not sent or not settled yet.</summary>
    public required long QueuedEntries { get; init; }

    /// <summary>The log with its indexes.</summary>
    public required long LogBytes { get; init; }

    public required long ArchivedEntries { get; init; }
}
