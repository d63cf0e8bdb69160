namespace Tandem.Simulator.Records;

/// <summary>What became of one record of a call: saved under an id, or refused with errors.</summary>
public sealed record SaveResult
{
    /// <summary>The record's id; null for one that was refused before it had any.</summary>
    public string? Id { get; init; }

    /// <summary>True when the save made a new record; a rolled back upsert keeps it, as the platform answers.</summary>
    public bool IsCreated { get; init; }

    public IReadOnlyList<SaveError> Errors { get; init; } = [];

    /// <summary>Several records match the key of an upsert: nothing is saved, and a call about one record answers 300.</summary>
    public IReadOnlyList<string> MatchingIds { get; init; } = [];

    public bool IsSuccess => Errors.Count == 0;

    internal static SaveResult Saved(string id, bool isCreated) => new() { Id = id, IsCreated = isCreated };

    internal static SaveResult Failed(params IReadOnlyList<SaveError> errors) => new() { Errors = errors };
}
