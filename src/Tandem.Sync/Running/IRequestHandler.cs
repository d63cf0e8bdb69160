using Tandem.Sync.Catalog;

namespace Tandem.Sync.Running;

/// <summary>
/// Carries out one kind of request for the mappings of a shift. It may be run again for a request that a crash interrupted.
/// </summary>
public interface IRequestHandler
{
    RequestKind Kind { get; }

    /// <summary>What it throws is judged as any other fault, and its sentence becomes the outcome.</summary>
    /// <param name="targets">The mapping that was asked for, or all of them; at least one.</param>
    Task<RequestOutcome> RunAsync(Request request, IReadOnlyList<LiveMapping> targets, CancellationToken cancellationToken);
}
