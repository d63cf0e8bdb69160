namespace Tandem.Simulator.Bulk;

/// <summary>Counts the Bulk jobs of the last day, whether or not they are deleted since, for the org's limits. Source:
/// salesforce-api.md, section 11.</summary>
internal sealed class BulkUsage(TimeProvider timeProvider)
{
    public const int MaxBatches = 15_000;
    public const int MaxQueryJobs = 10_000;

    /// <summary>The newer API cuts the rows of an ingest job into batches of this size by itself.</summary>
    private const int RowsPerBatch = 10_000;

    private static readonly TimeSpan Period = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Queue<(DateTimeOffset At, int Count)> _batches = new();
    private readonly Queue<(DateTimeOffset At, int Count)> _queryJobs = new();

    /// <summary>The batches of the older API, and what ingest jobs of the newer one count as.</summary>
    public int Batches => Sum(_batches);

    public int QueryJobs => Sum(_queryJobs);

    public void NoteBatch() => Note(_batches, 1);

    public void NoteRows(int rows) => Note(_batches, (rows + RowsPerBatch - 1) / RowsPerBatch);

    public void NoteQueryJob() => Note(_queryJobs, 1);

    private void Note(Queue<(DateTimeOffset At, int Count)> counts, int count)
    {
        lock (_lock)
        {
            Forget(counts);
            counts.Enqueue((timeProvider.GetUtcNow(), count));
        }
    }

    private int Sum(Queue<(DateTimeOffset At, int Count)> counts)
    {
        lock (_lock)
        {
            Forget(counts);
            return counts.Sum(entry => entry.Count);
        }
    }

    private void Forget(Queue<(DateTimeOffset At, int Count)> counts)
    {
        var oldest = timeProvider.GetUtcNow() - Period;
        while (counts.TryPeek(out var first) && first.At <= oldest)
            counts.Dequeue();
    }
}
