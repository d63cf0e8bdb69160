namespace Tandem.Simulator.Bulk.V1;

/// <summary>The states of a job of the older Bulk API; only the client moves them.</summary>
internal enum V1JobState
{
    /// <summary>Set when the job is made; it takes batches.</summary>
    Open,

    /// <summary>Set by the client; batches that are there are still worked off.</summary>
    Closed,

    /// <summary>Set by the client; batches whose turn has not come stay undone.</summary>
    Aborted,
}
