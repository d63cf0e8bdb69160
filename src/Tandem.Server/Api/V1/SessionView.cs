using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>Who asks, and what may be done in that name.</summary>
internal sealed record SessionView
{
    public required string Name { get; init; }

    /// <summary>A token or a user.</summary>
    public required ActorKind Kind { get; init; }

    public required AccessScope Scope { get; init; }

    /// <summary>Only the connections of this app; null for all.</summary>
    public required string? AppName { get; init; }

    /// <summary>Only this connection; null for all.</summary>
    public required Guid? ConnectionId { get; init; }

    /// <summary>Whether connections and mappings may be changed.</summary>
    public required bool MayChange { get; init; }

    /// <summary>Whether tokens, users and the audit trail are there for this caller.</summary>
    public required bool MayAdminister { get; init; }
}
