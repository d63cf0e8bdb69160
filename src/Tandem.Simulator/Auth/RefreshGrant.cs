namespace Tandem.Simulator.Auth;

/// <summary>What a refresh token stands for. Source: salesforce-api.md, section 1.3.</summary>
internal sealed record RefreshGrant
{
    public required string ClientId { get; init; }

    public required string UserId { get; init; }

    public required string Scope { get; init; }

    /// <summary>Whether the app proved itself by PKCE instead of its secret; then it may refresh without one too.</summary>
    public required bool IsPublicClient { get; init; }

    /// <summary>The access tokens issued for this grant; they end with it. Only touched under the store's lock.</summary>
    public List<string> AccessTokens { get; } = [];

    public bool IsOf(RefreshGrant other) => UserId.Equals(other.UserId, StringComparison.Ordinal)
        && ClientId.Equals(other.ClientId, StringComparison.Ordinal);
}
