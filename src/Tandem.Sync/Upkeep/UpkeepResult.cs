namespace Tandem.Sync.Upkeep;

/// <summary>What one look after the change log did, in entries.</summary>
public sealed record UpkeepResult
{
    /// <summary>Copied from the archive into the log, because a user asked for it.</summary>
    public required int Requeued { get; init; }

    /// <summary>Moved to the archive.</summary>
    public required int Archived { get; init; }

    /// <summary>Deleted from the archive.</summary>
    public required int Purged { get; init; }

    /// <summary>Deleted from the conflict log.</summary>
    public required int PurgedConflicts { get; init; }
}
