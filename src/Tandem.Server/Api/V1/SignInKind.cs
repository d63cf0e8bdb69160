namespace Tandem.Server.Api.V1;

/// <summary>How a connection signs in to Salesforce without a browser.</summary>
internal enum SignInKind
{
    /// <summary>By client_id and client_secret, at the org's own domain.</summary>
    ClientCredentials,

    /// <summary>By client_id, user_name and private_key.</summary>
    JwtBearer,

    /// <summary>By client_id, client_secret if the app has one, and refresh_token.</summary>
    RefreshToken,
}
