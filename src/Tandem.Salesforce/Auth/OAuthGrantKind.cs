namespace Tandem.Salesforce.Auth;

/// <summary>The OAuth flows that need no browser. Source: salesforce-api.md, section 1.</summary>
internal enum OAuthGrantKind
{
    Password,
    ClientCredentials,
    RefreshToken,
    JwtBearer,
}
