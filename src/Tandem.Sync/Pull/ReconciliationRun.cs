namespace Tandem.Sync.Pull;

/// <summary>One run of a <see cref="Reconciliation"/>: what waits to be settled, and what was.</summary>
internal sealed class ReconciliationRun(PullTurn turn, long most)
{
    public PullTurn Turn { get; } = turn;

    /// <summary>Rows that may go in all.</summary>
    public long Most { get; } = most;

    /// <summary>Sfids that the org did not show.</summary>
    public List<string> Gone { get; } = [];

    /// <summary>Ids that the table does not have.</summary>
    public List<string> Missing { get; } = [];

    public int Removed { get; set; }

    public int Added { get; set; }
}
