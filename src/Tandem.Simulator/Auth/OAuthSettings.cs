namespace Tandem.Simulator.Auth;

/// <summary>The one user and the one connected app of the simulated org; given to <see cref="OAuthEndpoints"/> by the server.</summary>
public sealed record OAuthSettings
{
    /// <summary>18 characters.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>18 characters.</summary>
    public required string UserId { get; init; }

    public required string UserName { get; init; }

    public required string Password { get; init; }

    /// <summary>The connected app's consumer key.</summary>
    public required string ClientId { get; init; }

    /// <summary>The connected app's consumer secret.</summary>
    public required string ClientSecret { get; init; }

    public string FullName { get; init; } = "Integration User";

    public string Email { get; init; } = "integration@example.com";

    /// <summary>Whether a refresh answers a new refresh token and ends the old one.</summary>
    public bool RotateRefreshTokens { get; init; }

    /// <summary>
    /// The public key that signs JWT assertions, as PEM. Null accepts every well-formed RS256 JWT of the right app and user without
    /// looking at its signature: good enough for development, and no secret is at stake.
    /// </summary>
    public string? JwtPublicKeyPem { get; init; }

    /// <summary>The addresses that a code may be sent to; empty allows http on the loopback and any https address.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];
}
