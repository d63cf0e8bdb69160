using Tandem.Sync.Pull;
using Tandem.Sync.States;

namespace Tandem.Sync.Running;

/// <summary>What a person sees of a mapping.</summary>
public sealed record MappingStatus
{
    public required string ObjectName { get; init; }

    public required string Table { get; init; }

    public required MappingState State { get; init; }

    /// <summary>Rows of the table; while it loads, those that have arrived.</summary>
    public required long DatabaseRows { get; init; }

    /// <summary>Records in the org; null when it did not say.</summary>
    public required long? SalesforceRows { get; init; }

    public required long Queued { get; init; }

    public required long Failed { get; init; }

    public required DateTimeOffset? LastChange { get; init; }

    /// <summary>One sentence about what holds or delays the mapping; null when all is well.</summary>
    public required string? Trouble { get; init; }

    /// <summary>Changes of the org's schema that wait for a person, one sentence each.</summary>
    public IReadOnlyList<string> SchemaChanges { get; init; } = [];

    /// <summary>The reload, filter change or back-fill under way; null when there is none.</summary>
    public Refresh? Refresh { get; init; }
}
