namespace Tandem.Salesforce.Auth;

/// <summary>The OAuth flows. A code comes from a browser and is good once. Source: salesforce-api.md, section 1.</summary>
internal enum OAuthGrantKind
{
    Password,
    ClientCredentials,
    RefreshToken,
    JwtBearer,
    AuthorizationCode,
}
