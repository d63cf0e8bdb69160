namespace Tandem.Sync.Catalog;

/// <summary>A row of <c>tandem.request</c> that a shift has taken.</summary>
public sealed record Request
{
    public required long Id { get; init; }

    /// <summary>Null asks for every mapping of the schema.</summary>
    public required string? ObjectName { get; init; }

    public required RequestKind Kind { get; init; }

    /// <summary>A JSON object that the kind understands; empty for most.</summary>
    public required string Options { get; init; }
}
