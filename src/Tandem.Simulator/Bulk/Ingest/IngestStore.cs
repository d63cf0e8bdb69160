using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>The ingest jobs of the org, in the order of their making; each is kept for seven days, as the platform does.</summary>
internal sealed class IngestStore(TimeProvider timeProvider)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private readonly Lock _lock = new();
    private readonly List<IngestJob> _jobs = [];

    public void Add(IngestJob job)
    {
        lock (_lock)
        {
            _jobs.RemoveAll(old => timeProvider.GetUtcNow() - old.Status.CreatedAt > Lifetime);
            _jobs.Add(job);
        }
    }

    public IngestJob Find(string id)
    {
        lock (_lock)
            return _jobs.Find(job => job.Id.Equals(RecordId.Expand(id), StringComparison.Ordinal)) ?? throw ApiRequest.NotFound();
    }

    public IReadOnlyList<IngestJob> All()
    {
        lock (_lock)
            return [.. _jobs];
    }

    public void Remove(IngestJob job)
    {
        lock (_lock)
            _jobs.Remove(job);
    }
}
