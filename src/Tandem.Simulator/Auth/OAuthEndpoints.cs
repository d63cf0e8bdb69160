using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Auth;

/// <summary>The sign-in of the org: consent, tokens, identity. Needs no session itself. Source: salesforce-api.md, section 1.</summary>
internal static class OAuthEndpoints
{
    private const string Root = "/services/oauth2/";

    public static void Map(IEndpointRouteBuilder routes, Org org, SessionStore sessions, AppRegistry apps, UserLogins logins,
        SignInOptions options)
    {
        var time = org.TimeProvider;
        var grants = new GrantStore(options, sessions, time);
        var clients = new ClientCheck(apps);
        var signer = new IdTokenSigner(time);
        var issue = new TokenIssue(org.OrganizationId, logins, sessions, signer, time);
        var authorize = new AuthorizeEndpoint(apps, logins, grants);
        var token = new TokenEndpoint(options, clients, logins, grants, new JwtAssertion(apps, logins, time), issue);
        var state = new TokenStateEndpoint(org.OrganizationId, clients, logins, sessions, grants);
        var identity = new IdentityEndpoint(org.OrganizationId, logins, sessions);
        var discovery = new DiscoveryEndpoint(signer);
        string[] getAndPost = [HttpMethods.Get, HttpMethods.Post];

        routes.MapGet(Root + "authorize", authorize.ShowAsync);
        routes.MapPost(Root + "authorize", authorize.DecideAsync);
        routes.MapPost(Root + "token", token.GrantAsync);
        routes.MapMethods(Root + "revoke", getAndPost, state.RevokeAsync);
        routes.MapPost(Root + "introspect", state.IntrospectAsync);
        routes.MapMethods(Root + "userinfo", getAndPost, identity.UserInfoAsync);
        routes.MapMethods("/id/{organizationId}/{userId}", getAndPost, identity.IdentityAsync);
        routes.MapGet("/id/keys", discovery.KeysAsync);
        routes.MapGet("/.well-known/openid-configuration", DiscoveryEndpoint.ConfigurationAsync);
    }
}
