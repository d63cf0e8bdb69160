using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Schema;

/// <summary>What <see cref="MappedObjectBuilder"/> needs to know besides a mapping and its object.</summary>
public sealed record ObjectContext
{
    /// <summary>The schema of the mapped tables.</summary>
    public required string Schema { get; init; }

    public required TypeProfile Types { get; init; }

    /// <summary>What the org's clock shows, for conflicts that the later change wins; null while that is not known.</summary>
    public Func<DateTimeOffset?> OrgClock { get; init; } = () => null;

    /// <summary>
    /// The objects that the mapping's relationship external ids lead to, by name in any letter case; one that the user may not see is
    /// missing.
    /// </summary>
    public required IReadOnlyDictionary<string, SObjectDescription> Parents { get; init; }
}
