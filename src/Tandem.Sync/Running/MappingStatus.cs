using Tandem.Sync.Pull;
using Tandem.Sync.Running.Allowance;
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

    /// <summary>Rows that the load under way will bring; null when none is, or the org has not said it.</summary>
    public long? RowsToLoad { get; init; }

    /// <summary>How fast the load under way goes; null when none is.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>Of the load under way, by its rate so far; null when it cannot be told.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>Records in the org; null when it did not say.</summary>
    public required long? SalesforceRows { get; init; }

    public required long Queued { get; init; }

    public required long Failed { get; init; }

    /// <summary>Records that are left out because a value does not fit into its column; <c>tandem.read_error</c> tells which.</summary>
    public required long ReadErrors { get; init; }

    /// <summary>Columns whose values Salesforce masks unless the user may view encrypted data.</summary>
    public required IReadOnlyList<string> MaskedColumns { get; init; }

    public required DateTimeOffset? LastChange { get; init; }

    /// <summary>One sentence about what holds or delays the mapping; null when all is well.</summary>
    public required string? Trouble { get; init; }

    /// <summary>What it has used of its API calls; null where nobody counts them.</summary>
    public MappingCalls? Calls { get; init; }

    /// <summary>Changes of the org's schema that wait for a person, one sentence each.</summary>
    public IReadOnlyList<string> SchemaChanges { get; init; } = [];

    /// <summary>The reload, filter change or back-fill under way; null when there is none.</summary>
    public Refresh? Refresh { get; init; }
}
