using System.Globalization;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk;

/// <summary>The query jobs of the org, in the order of their making; each is kept for seven days, as the platform does.</summary>
internal sealed class BulkQueryStore(TimeProvider timeProvider)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private readonly Lock _lock = new();
    private readonly List<BulkQueryJob> _jobs = [];
    private int _lastNumber;

    public string NextId()
    {
        var number = Interlocked.Increment(ref _lastNumber);
        return RecordId.Expand("750S0" + number.ToString("D10", CultureInfo.InvariantCulture))
            ?? throw new InvalidOperationException("A job's number has ten digits.");
    }

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
        {
            return _jobs.Find(job => job.Id.Equals(RecordId.Expand(id), StringComparison.Ordinal))
                ?? throw new ApiException(404, "NOT_FOUND", "The requested resource does not exist");
        }
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
