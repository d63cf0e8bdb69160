using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Load;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>Batches of one mapping that are settled in one transaction, and what was read back of their records.</summary>
internal sealed class SettleGroup : IDisposable
{
    private readonly List<SentBatch> _batches = [];
    private readonly List<Outcome> _outcomes = [];

    public SettleGroup(SentBatch first)
    {
        Mapping = first.Mapping;
        Mapped = first.Mapping.Mapped;
        Add(first);
    }

    public LiveMapping Mapping { get; }

    /// <summary>
    /// By which the records are read back and merged. The mapping may get another one in between, when the org's schema changes; what is
    /// read by one fits no other.
    /// </summary>
    public MappedObject Mapped { get; }

    public int Count => _outcomes.Count;

    public IReadOnlyList<Outcome> Outcomes => _outcomes;

    /// <summary>Those whose records polls may have passed.</summary>
    public IEnumerable<Outcome> FoundOutcomes => _batches.Where(batch => batch.WasLost).SelectMany(batch => batch.Outcomes);

    /// <summary>Some of the outcomes bring rows or ids that the database does not have yet.</summary>
    public bool TellsOfRecords => _batches.Exists(batch => batch.WasLost) || _outcomes.Exists(outcome => outcome.Change.Sfid is null);

    public IEnumerable<string> EndedJobs => _batches.Select(batch => batch.EndedJobId).OfType<string>();

    /// <summary>The written records as the org has them now.</summary>
    public CopyRows Rows { get; } = new();

    /// <summary>The same of <see cref="FoundOutcomes"/>, with all columns in any case.</summary>
    public CopyRows FoundRows { get; } = new();

    /// <summary>The sfids of found records that should not be in the table.</summary>
    public IReadOnlyList<string> Absent { get; set; } = [];

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
        FoundRows.Dispose();
        _batches.ForEach(batch => batch.Dispose());
    }
}
