namespace Tandem.Simulator.Auth;

/// <summary>What the user allowed, until the app redeems it. Source: salesforce-api.md, section 1.2.</summary>
internal sealed record AuthorizationCode
{
    public required string ClientId { get; init; }

    public required string UserId { get; init; }

    public required string RedirectUri { get; init; }

    public required string Scope { get; init; }

    /// <summary>base64url(sha256(verifier)) or, with the method plain, the verifier; null without PKCE.</summary>
    public required string? Challenge { get; init; }

    public required bool IsChallengePlain { get; init; }

    /// <summary>What the id token must repeat; null when the app sent none.</summary>
    public required string? Nonce { get; init; }

    public required DateTimeOffset Expires { get; init; }
}
