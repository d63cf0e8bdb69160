namespace Tandem.Simulator.Metadata;

/// <summary>Gives a record that is saved another owner: that of the first entry which it fits. It runs where a call asks for the active
/// rules or for this one. Source: salesforce-api.md, sections 2.9 and 9.2.</summary>
public sealed record AssignmentRule
{
    /// <summary>The 18-character id by which calls name it.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>An active rule runs without being named.</summary>
    public bool IsActive { get; init; } = true;

    public required IReadOnlyList<AssignmentEntry> Entries { get; init; }
}
