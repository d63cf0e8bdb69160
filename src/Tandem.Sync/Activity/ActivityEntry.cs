namespace Tandem.Sync.Activity;

/// <summary>One thing that happened in a connection. Holds no value of a row.</summary>
public sealed record ActivityEntry
{
    /// <summary>Rises with each entry; zero until it is stored.</summary>
    public long Id { get; init; }

    public DateTimeOffset HappenedAt { get; init; }

    public required ActivityKind Kind { get; init; }

    /// <summary>Null for what concerns the whole connection.</summary>
    public string? ObjectName { get; init; }

    /// <summary>Rows that were written or compared; null where none are meant.</summary>
    public long? Rows { get; init; }

    public double? Seconds { get; init; }

    public bool Succeeded { get; init; } = true;

    /// <summary>For a person; null where the rest says all.</summary>
    public string? Sentence { get; init; }
}
