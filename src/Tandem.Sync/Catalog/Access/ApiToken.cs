using System.Text.Json.Serialization;

namespace Tandem.Sync.Catalog.Access;

/// <summary>A token of the API as the catalogue knows it, without the token itself: of that only a hash is kept, and not here.</summary>
public sealed record ApiToken
{
    public required Guid Id { get; init; }

    /// <summary>Unique among those that are not revoked.</summary>
    public required string Name { get; init; }

    [JsonConverter(typeof(AccessScopeConverter))]
    public required AccessScope Scope { get; init; }

    /// <summary>Limits the token to the connections of one app; null does not.</summary>
    public string? AppName { get; init; }

    /// <summary>Limits the token to one connection; null does not.</summary>
    public Guid? ConnectionId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null for a token that stays until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To the minute; null for one that was never used.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
