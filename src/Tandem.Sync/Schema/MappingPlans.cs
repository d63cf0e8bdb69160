using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>What a shift begins with, as the org and the database are now. Made by <see cref="MappingCheck"/>.</summary>
public sealed record MappingPlans
{
    /// <summary>Each mapping as it was asked for, and what its table needs, in the order of the mappings.</summary>
    public required IReadOnlyList<(Mapping Asked, TablePlan Plan)> Plans { get; init; }

    /// <summary>The objects whose tables are there and which the org has no more, or hides from the user.</summary>
    public required IReadOnlyList<string> Gone { get; init; }
}
