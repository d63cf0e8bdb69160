using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>A token as it is asked for.</summary>
public sealed record NewToken
{
    /// <summary>1 to 100 characters that can be seen, unique.</summary>
    public required string Name { get; init; }

    public AccessScope Scope { get; init; } = AccessScope.Read;

    /// <summary>Only the connections of this app. Not together with <see cref="ConnectionId"/>.</summary>
    public string? AppName { get; init; }

    /// <summary>Only this connection.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>Null for a token that stays until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
