using Tandem.Simulator.Data;

namespace Tandem.Simulator.Bulk;

/// <summary>The jobs of one kind in the order of their making; each is kept for seven days, as the platform does.</summary>
internal sealed class BulkJobStore<TJob>(TimeProvider timeProvider)
    where TJob : class, IBulkJob
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private readonly Lock _lock = new();
    private readonly List<TJob> _jobs = [];

    public void Add(TJob job)
    {
        lock (_lock)
        {
            Forget();
            _jobs.Add(job);
        }
    }

    /// <summary>The job of an id of 15 or 18 characters; null when there is none.</summary>
    public TJob? Find(string text)
    {
        if (!RecordId.TryNormalize(text, out var id))
            return null;
        lock (_lock)
        {
            Forget();
            return _jobs.Find(job => job.Id.Equals(id, StringComparison.Ordinal));
        }
    }

    public IReadOnlyList<TJob> All()
    {
        lock (_lock)
        {
            Forget();
            return [.. _jobs];
        }
    }

    public void Remove(TJob job)
    {
        lock (_lock)
            _jobs.Remove(job);
    }

    private void Forget()
    {
        var oldest = timeProvider.GetUtcNow() - Lifetime;
        _jobs.RemoveAll(job => job.CreatedAt < oldest);
    }
}
