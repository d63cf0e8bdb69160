namespace Tandem.Sync.Verify;

/// <summary>A row that differs from its record and that no poll would have brought; never a value.</summary>
public sealed record Difference
{
    public required string Sfid { get; init; }

    public required DifferenceKind Kind { get; init; }

    /// <summary>The columns that differ; none for a row that stands on one side only.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>
    /// The record's stamp, or that of its deletion, lies behind what the polls have read: they should have brought it, unless somebody
    /// changed the table beside the sync.
    /// </summary>
    public required bool WasPassedByPoll { get; init; }

    public bool IsRepaired { get; init; }
}
