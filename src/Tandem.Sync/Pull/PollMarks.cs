namespace Tandem.Sync.Pull;

/// <summary>
/// What the polls of a mapping keep beside the cursor. A poll that finds nothing moves them in memory only: after a crash they are a
/// little older, which makes the next poll read a little more.
/// </summary>
public sealed record PollMarks
{
    /// <summary>Up to when, by the org's clock, the last poll saw what was committed. UTC.</summary>
    public DateTime? SeenTo { get; init; }

    /// <summary>The longest seen time between a record's stamp and its appearance, which fades; see <see cref="CommitLag"/>.</summary>
    public TimeSpan Lag { get; init; }

    public DateTime? LagAt { get; init; }

    /// <summary>The Bulk query job of a poll under way.</summary>
    public string? JobId { get; init; }

    /// <summary>When that job was made, by the org's clock: where the cursor stands when its rows are applied. UTC.</summary>
    public DateTime? JobStartedAt { get; init; }

    /// <summary>The place of the job's first result page that is not applied; null at the beginning.</summary>
    public string? Locator { get; init; }

    /// <summary>When the last comparison of all ids ended, by the org's clock. UTC.</summary>
    public DateTime? ReconciledAt { get; init; }

    /// <summary>When the one under way began; null when none is. UTC.</summary>
    public DateTime? ReconcileStartedAt { get; init; }

    /// <summary>The last id that the one under way is done with.</summary>
    public string? ReconciledTo { get; init; }

    /// <summary>Deletes may have been missed; the next comparison does not wait for its time.</summary>
    public bool IsReconcileAsked { get; init; }
}
