using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// One way of keeping a loaded table in step: the poll, the delete pass and their like. A mapping's worker runs those that are due,
/// one after the other, at each of its ticks. Each commits its own progress and may be run again at any time.
/// </summary>
public interface IPullPass
{
    /// <summary>What its calls are counted as; it is left out while none are left for that.</summary>
    CallKind Kind { get; }

    bool IsDue(MappedObject mapped, Progress progress);

    Task<PassOutcome> RunAsync(PullTurn turn, CancellationToken cancellationToken);
}
