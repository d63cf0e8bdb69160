using System.Text;

namespace Tandem.Salesforce.Auth;

/// <summary>
/// What a client shows to get a session. Holds secrets in memory, so its text form names the flow only.
/// Source: salesforce-api.md, sections 1.2 to 1.6.
/// </summary>
public sealed record OAuthGrant
{
    private OAuthGrant(OAuthGrantKind kind, string clientId)
    {
        Kind = kind;
        ClientId = clientId;
    }

    /// <summary>A flow whose secret the org may replace.</summary>
    public bool IsRefreshToken => Kind == OAuthGrantKind.RefreshToken;

    internal OAuthGrantKind Kind { get; }

    internal string ClientId { get; }

    internal string? ClientSecret { get; init; }

    internal string? UserName { get; init; }

    /// <summary>The password with the security token, the refresh token, the private key or the code, as the flow wants.</summary>
    internal string Secret { get; init; } = "";

    internal string Audience { get; init; } = "";

    /// <summary>What a code was asked for with; null for the other flows.</summary>
    internal AuthorizationRequest? Request { get; init; }

    /// <summary>The vendor retires this flow; it serves simulators and old orgs.</summary>
    public static OAuthGrant Password(string clientId, string? clientSecret, string userName, string password)
        => new(OAuthGrantKind.Password, clientId)
        {
            ClientSecret = clientSecret,
            UserName = userName,
            Secret = password,
        };

    /// <summary>Works on the org's My Domain only.</summary>
    public static OAuthGrant ClientCredentials(string clientId, string clientSecret)
        => new(OAuthGrantKind.ClientCredentials, clientId)
        {
            ClientSecret = clientSecret,
        };

    public static OAuthGrant RefreshToken(string clientId, string? clientSecret, string refreshToken)
        => new(OAuthGrantKind.RefreshToken, clientId)
        {
            ClientSecret = clientSecret,
            Secret = refreshToken,
        };

    /// <summary>The audience is the login host's address, such as <c>https://login.salesforce.com</c>.</summary>
    public static OAuthGrant JwtBearer(string clientId, string userName, string privateKeyPem, string audience)
        => new(OAuthGrantKind.JwtBearer, clientId)
        {
            UserName = userName,
            Secret = privateKeyPem,
            Audience = audience,
        };

    /// <summary>
    /// The code that the browser brought back. It is good once; the refresh token that comes for it takes its place.
    /// </summary>
    public static OAuthGrant AuthorizationCode(AuthorizationRequest request, string? clientSecret, string code)
        => new(OAuthGrantKind.AuthorizationCode, request.ClientId)
        {
            ClientSecret = clientSecret,
            Secret = code,
            Request = request,
        };

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Kind = ").Append(Kind);
        return true;
    }
}
