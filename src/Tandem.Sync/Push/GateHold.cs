using Tandem.Sync.Running;

namespace Tandem.Sync.Push;

/// <summary>
/// Keeps the gate of the mapping whose changes are being sent, from one call to the next, so that outcomes are settled beside the next
/// call. It lets go when another mapping has its turn, and after a while even so, for polls wait at the gate.
/// </summary>
internal sealed class GateHold(TimeProvider timeProvider, TimeSpan longest) : IDisposable
{
    private LiveMapping? _mapping;
    private SharedPassage? _passage;
    private long _since;

    /// <summary>Enters the mapping's gate, or stays in it; what comes back is disposed when the outcome is committed.</summary>
    public async Task<SharedPassage> EnterAsync(LiveMapping mapping, CancellationToken cancellationToken)
    {
        if (_passage is { } open && _mapping == mapping && timeProvider.GetElapsedTime(_since) < longest)
            return open.Enter();
        Dispose();
        var passage = new SharedPassage(await mapping.Gate.EnterAsync(cancellationToken));
        (_mapping, _passage, _since) = (mapping, passage, timeProvider.GetTimestamp());
        return passage.Enter();
    }

    /// <summary>Leaves; units of work that are under way keep the gate until they are done.</summary>
    public void Dispose()
    {
        _passage?.Dispose();
        (_mapping, _passage) = (null, null);
    }
}
