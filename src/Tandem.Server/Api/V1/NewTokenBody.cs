using System.ComponentModel.DataAnnotations;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>A token as it is asked for.</summary>
internal sealed record NewTokenBody
{
    /// <summary>1 to 100 characters that can be seen, unique.</summary>
    [Required]
    public string? Name { get; init; }

    /// <summary>Read without it.</summary>
    public AccessScope? Scope { get; init; }

    /// <summary>Only the connections of this app. Not together with connection_id.</summary>
    public string? AppName { get; init; }

    /// <summary>Only this connection.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>Without it the token stays until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
