using Tandem.Sync.Catalog;

namespace Tandem.Sync.Adopt;

/// <summary>What a schema is to become.</summary>
public sealed record AdoptionRequest
{
    public required string Schema { get; init; }

    public required TypeProfile Types { get; init; }

    /// <summary>The org that the sign-in leads to, 18 characters.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>From a mapping file; null derives them from the tables.</summary>
    public IReadOnlyList<Mapping>? Mappings { get; init; }

    /// <summary>Those in the catalogue: their tables are Tandem's already.</summary>
    public IReadOnlyList<Mapping> Stored { get; init; } = [];
}
