using Tandem.Simulator.Data;

namespace Tandem.Simulator.Bulk;

/// <summary>Makes the ids of jobs (750), batches (751) and results (752), one count for all of them, as jobs of all kinds share
/// theirs.</summary>
internal sealed class BulkIds
{
    private long _last;

    public string Next(string keyPrefix) => RecordId.Create(keyPrefix, Interlocked.Increment(ref _last));
}
