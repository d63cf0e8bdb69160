using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Auth;

/// <summary>The sign-in of the org: consent, tokens, identity. Needs no session itself. Source: salesforce-api.md, section 1.</summary>
public static class OAuthEndpoints
{
    private const string Root = "/services/oauth2/";

    public static void Map(IEndpointRouteBuilder routes, Org org, SessionStore sessions, OAuthSettings settings)
    {
        var grants = new GrantStore(org.TimeProvider);
        var authorize = new AuthorizeEndpoint(settings, grants);
        var token = new TokenEndpoint(settings, sessions, grants, org.TimeProvider);
        var identity = new IdentityEndpoint(settings, sessions, org.TimeProvider);
        string[] getAndPost = [HttpMethods.Get, HttpMethods.Post];

        routes.MapGet(Root + "authorize", authorize.ShowAsync);
        routes.MapPost(Root + "authorize", authorize.DecideAsync);
        routes.MapPost(Root + "token", token.GrantAsync);
        routes.MapMethods(Root + "revoke", getAndPost, token.RevokeAsync);
        routes.MapMethods(Root + "userinfo", getAndPost, identity.UserInfoAsync);
        routes.MapGet("/id/{organizationId}/{userId}", identity.IdentityAsync);
    }
}
