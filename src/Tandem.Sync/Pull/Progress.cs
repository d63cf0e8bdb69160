using Tandem.Sync.States;

namespace Tandem.Sync.Pull;

/// <summary>
/// How far a mapped table has come: one row of <c>tandem.progress</c>. It is saved in the transaction that wrote the rows it
/// speaks of, so that after a crash the two agree.
/// </summary>
public sealed record Progress
{
    public required string ObjectName { get; init; }

    public MappingState State { get; init; } = MappingState.Initial;

    /// <summary>The load merges, because the table already held rows when it began; false copies into an empty table.</summary>
    public bool IsMerge { get; init; }

    /// <summary>The Bulk query job of the load.</summary>
    public string? JobId { get; init; }

    /// <summary>When the job was made, by the org's clock: what changed since is for the first poll.</summary>
    public DateTime? JobStartedAt { get; init; }

    /// <summary>The place of the first result page that is not loaded; null at the beginning.</summary>
    public string? Locator { get; init; }

    /// <summary>All pages of the job are in the table; what is missing are its indexes.</summary>
    public bool ArePagesDone { get; init; }

    public long RowsLoaded { get; init; }

    /// <summary>What the load will bring; null before the org has said it. Lives as long as the load's run, and is not stored.</summary>
    public long? RowsTotal { get; init; }

    /// <summary>How fast the load under way goes; null when none is. Not stored.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>By the rate so far; null when that or the total is unknown.</summary>
    public TimeSpan? TimeLeft => RowsTotal is { } total && RowsPerSecond is > 0 and { } rate
        ? TimeSpan.FromSeconds(Math.Ceiling(Math.Max(0, total - RowsLoaded) / rate))
        : null;

    /// <summary>The cursor: the newest SystemModstamp whose row, and every row before it, was applied. UTC.</summary>
    public DateTime? CursorStamp { get; init; }

    /// <summary>Up to when the org's delete log was applied. UTC.</summary>
    public DateTime? DeletesCoveredTo { get; init; }

    /// <summary>The poll's own marks; null until a pass has read them. Stored in <c>tandem.poll_progress</c>.</summary>
    public PollMarks? Poll { get; init; }

    /// <summary>One sentence for a person, when the state is SYSTEM_ERROR.</summary>
    public string? Description { get; init; }

    /// <exception cref="InvalidOperationException">The move is illegal.</exception>
    public Progress MoveTo(MappingState state) => this with { State = MappingMoves.Move(State, state), Description = null };
}
