using Tandem.Sync.Catalog;

namespace Tandem.Sync.Running;

/// <summary>
/// Starts again what stopped with an error: a mapping's worker that waits for a person, and a push that is held. What runs goes on.
/// Doing it twice is harmless. Source: heroku-connect.md, section 9.
/// </summary>
public sealed class RecoverHandler : IRequestHandler
{
    public RequestKind Kind => RequestKind.Recover;

    public Task<RequestOutcome> RunAsync(Request request, IReadOnlyList<LiveMapping> targets, CancellationToken cancellationToken)
    {
        var recovered = targets.Where(target => target.Recover()).Select(target => target.Mapped.Name).ToList();
        return Task.FromResult(new RequestOutcome(true, recovered.Count == 0
            ? "Nothing had stopped."
            : $"Started again: {string.Join(", ", recovered)}."));
    }
}
