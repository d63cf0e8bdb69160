using Tandem.Sync.Running;

namespace Tandem.Sync.Push;

/// <summary>Outcomes on their way from the org's answer to the database. Disposing it lets polls of the mapping go on.</summary>
internal sealed class SentBatch(LiveMapping mapping, IReadOnlyList<Outcome> outcomes, IDisposable passage) : IDisposable
{
    public LiveMapping Mapping => mapping;

    public IReadOnlyList<Outcome> Outcomes => outcomes;

    /// <summary>The Bulk job whose last outcomes these are; null for others.</summary>
    public string? EndedJobId { get; init; }

    /// <summary>An earlier call, whose answer was lost, made the records. Polls may have passed them, and will not come back.</summary>
    public bool WasLost { get; init; }

    public void Dispose() => passage.Dispose();
}
