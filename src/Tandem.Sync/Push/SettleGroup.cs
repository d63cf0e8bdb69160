using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Load;
using Tandem.Sync.Running;

namespace Tandem.Sync.Push;

/// <summary>Batches of one mapping that are settled in one transaction, and what was read back of their records.</summary>
internal sealed class SettleGroup : IDisposable
{
    private readonly List<SentBatch> _batches = [];
    private readonly List<Outcome> _outcomes = [];

    public SettleGroup(SentBatch first)
    {
        Mapping = first.Mapping;
        Add(first);
    }

    public LiveMapping Mapping { get; }

    public int Count => _outcomes.Count;

    public IReadOnlyList<Outcome> Outcomes => _outcomes;

    public IEnumerable<string> EndedJobs => _batches.Select(batch => batch.EndedJobId).OfType<string>();

    /// <summary>The written records as the org has them now.</summary>
    public CopyRows Rows { get; } = new();

    public IReadOnlyList<Settlement> Settlements { get; set; } = [];

    /// <summary>Takes the batch over.</summary>
    public void Add(SentBatch batch)
    {
        _batches.Add(batch);
        _outcomes.AddRange(batch.Outcomes);
    }

    public void Dispose()
    {
        Rows.Dispose();
        _batches.ForEach(batch => batch.Dispose());
    }
}
