using Tandem.Sync.Catalog;

namespace Tandem.Sync.Running;

/// <summary>Removes mappings and ends the shift: the next begins without them, and lets their tables go.</summary>
public sealed class RemoveHandler(Connection connection, CatalogDatabase catalog) : IRequestHandler
{
    public RequestKind Kind => RequestKind.Remove;

    public async Task<RequestOutcome> RunAsync(
        Request request, IReadOnlyList<LiveMapping> targets, CancellationToken cancellationToken)
    {
        foreach (var mapping in targets)
            await catalog.RemoveAsync(connection.Id, mapping.Mapped.Name, cancellationToken);
        var names = string.Join(", ", targets.Select(mapping => mapping.Mapped.Name));
        return new RequestOutcome(true, $"{names}: no longer mapped. The table and its rows stay.") { EndsShift = true };
    }
}
