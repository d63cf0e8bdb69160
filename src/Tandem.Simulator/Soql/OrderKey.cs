using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>One key of ORDER BY: how to read it and how it orders. Used by <see cref="RowSorter"/>.</summary>
internal sealed record OrderKey
{
    public required Func<object?[], object?> Read { get; init; }

    public required FieldType Type { get; init; }

    public bool IsDescending { get; init; }

    public bool AreNullsLast { get; init; }

    /// <summary>Picklists order as their values are defined, not by spelling; empty for all other fields.</summary>
    public IReadOnlyList<string> PicklistValues { get; init; } = [];
}
