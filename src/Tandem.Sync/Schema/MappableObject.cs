namespace Tandem.Sync.Schema;

/// <summary>An object of the org as a person chooses it for a mapping.</summary>
public sealed record MappableObject
{
    public required string Name { get; init; }

    public required string Label { get; init; }

    /// <summary>The first three characters of its records' ids; null for an object without records of its own.</summary>
    public required string? KeyPrefix { get; init; }

    /// <summary>Null when it can be mapped, as far as can be told without its fields; else the reason as a sentence.</summary>
    public required string? WhyNot { get; init; }
}
