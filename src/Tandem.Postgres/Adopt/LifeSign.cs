namespace Tandem.Postgres.Adopt;

/// <summary>Something that tells of a program at work on a schema.</summary>
public sealed record LifeSign
{
    public required LifeSignKind Kind { get; init; }

    /// <summary>How long ago; zero for a session that is in the middle of something.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>The session; null for the log.</summary>
    public int? ProcessId { get; init; }

    /// <summary>What the session calls itself; null for the log.</summary>
    public string? Name { get; init; }
}
