using Tandem.Simulator.Data;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>The jobs of the older Bulk API, in the order of their making; each is kept for seven days, as the platform does.</summary>
internal sealed class V1Store(TimeProvider timeProvider)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private readonly Lock _lock = new();
    private readonly List<V1Job> _jobs = [];

    public void Add(V1Job job)
    {
        lock (_lock)
        {
            _jobs.RemoveAll(old => timeProvider.GetUtcNow() - old.CreatedAt > Lifetime);
            _jobs.Add(job);
        }
    }

    public V1Job Find(string id)
    {
        lock (_lock)
        {
            return _jobs.Find(job => job.Id.Equals(RecordId.Expand(id), StringComparison.Ordinal))
                ?? throw new V1Exception("InvalidJob", "Unable to find job for id: " + id);
        }
    }

    public IReadOnlyList<V1Job> All()
    {
        lock (_lock)
            return [.. _jobs];
    }
}
