using Tandem.Simulator.Records;

namespace Tandem.Simulator.Data;

/// <summary>What became of a merge: the winner's id, the losers, and the records that point to the winner now, or why nothing
/// happened.</summary>
public sealed record MergeResult
{
    public string? Id { get; init; }

    public IReadOnlyList<string> MergedRecordIds { get; init; } = [];

    public IReadOnlyList<string> UpdatedRelatedIds { get; init; } = [];

    public IReadOnlyList<SaveError> Errors { get; init; } = [];

    public bool IsSuccess => Errors.Count == 0;
}
