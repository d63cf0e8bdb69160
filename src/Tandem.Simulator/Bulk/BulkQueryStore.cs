using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk;

/// <summary>The query jobs of the org, in the order of their making; each is kept for seven days, as the platform does.</summary>
internal sealed class BulkQueryStore(TimeProvider timeProvider)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private readonly Lock _lock = new();
    private readonly List<BulkQueryJob> _jobs = [];

    public void Add(BulkQueryJob job)
    {
        lock (_lock)
        {
            _jobs.RemoveAll(old => timeProvider.GetUtcNow() - old.CreatedAt > Lifetime);
            _jobs.Add(job);
        }
    }

    public BulkQueryJob Find(string id)
    {
        lock (_lock)
            return _jobs.Find(job => job.Id.Equals(RecordId.Expand(id), StringComparison.Ordinal)) ?? throw ApiRequest.NotFound();
    }

    public IReadOnlyList<BulkQueryJob> All()
    {
        lock (_lock)
            return [.. _jobs];
    }

    public void Remove(BulkQueryJob job)
    {
        lock (_lock)
            _jobs.Remove(job);
    }
}
