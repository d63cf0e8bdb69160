using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Auth;

/// <summary>Tells OpenID Connect clients where everything is, and the key of id tokens. Source: salesforce-api.md, section 1.1.</summary>
internal sealed class DiscoveryEndpoint(IdTokenSigner signer)
{
    private static readonly string[] Code = ["code"];
    private static readonly string[] Public = ["public"];
    private static readonly string[] Algorithms = ["RS256"];
    private static readonly string[] ChallengeMethods = ["S256", "plain"];
    private static readonly string[] ClientAuthentication = ["client_secret_post", "client_secret_basic"];
    private static readonly string[] OfferedScopes = ["api", "refresh_token", "full", "id", "openid", "profile", "email", "web"];
    private static readonly string[] GrantTypes =
        ["authorization_code", "refresh_token", "client_credentials", "password", "urn:ietf:params:oauth:grant-type:jwt-bearer"];

    public static Task ConfigurationAsync(HttpContext context)
    {
        var origin = ApiRequest.Origin(context.Request);
        return context.Response.WriteAsJsonAsync(new
        {
            issuer = origin,
            authorization_endpoint = origin + "/services/oauth2/authorize",
            token_endpoint = origin + "/services/oauth2/token",
            revocation_endpoint = origin + "/services/oauth2/revoke",
            userinfo_endpoint = origin + "/services/oauth2/userinfo",
            introspection_endpoint = origin + "/services/oauth2/introspect",
            jwks_uri = origin + "/id/keys",
            scopes_supported = OfferedScopes,
            response_types_supported = Code,
            grant_types_supported = GrantTypes,
            subject_types_supported = Public,
            id_token_signing_alg_values_supported = Algorithms,
            token_endpoint_auth_methods_supported = ClientAuthentication,
            code_challenge_methods_supported = ChallengeMethods,
        }, options: null, JsonAnswer.ContentType, context.RequestAborted);
    }

    public Task KeysAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(signer.KeySet(), options: null, JsonAnswer.ContentType, context.RequestAborted);
}
