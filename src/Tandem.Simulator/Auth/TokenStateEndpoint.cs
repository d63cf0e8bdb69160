using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Auth;

/// <summary>Ends tokens and tells whether they are good. Source: salesforce-api.md, sections 1.1 and 1.9.</summary>
internal sealed class TokenStateEndpoint(
    string organizationId, ClientCheck clients, UserLogins logins, SessionStore sessions, GrantStore grants)
{
    public async Task RevokeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        var token = form.TryGetValue("token", out var sent) ? sent.ToString() : context.Request.Query["token"].ToString();
        if (grants.Revoke(token) is { } accessTokens)
        {
            foreach (var accessToken in accessTokens)
                sessions.Revoke(accessToken);
            return;
        }

        if (sessions.Revoke(token))
            return;
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/x-www-form-urlencoded";
        await context.Response.WriteAsync(
            "error=unsupported_token_type&error_description=this+token+is+not+supported", context.RequestAborted);
    }

    /// <summary>Only an app may ask, and one that has a secret must bring it.</summary>
    public async Task IntrospectAsync(HttpContext context)
    {
        try
        {
            var form = await OAuthJson.ReadFormAsync(context);
            var (app, isProved) = clients.Identify(context.Request, form);
            if (app.ClientSecret is not null && !isProved)
                throw OAuthException.InvalidClient();
            await OAuthJson.WriteAsync(context, Introspect(context, form["token"].ToString()));
        }
        catch (OAuthException fault)
        {
            await OAuthJson.WriteFaultAsync(context, fault);
        }
    }

    private Dictionary<string, object?> Introspect(HttpContext context, string token)
    {
        if (sessions.FindLive(token) is { } live)
        {
            var session = live.Session;
            var answer = Active(context, "access_token", session.UserId, session.ClientId, session.Scope);
            answer["iat"] = session.IssuedAt.ToUnixTimeSeconds();
            answer["nbf"] = session.IssuedAt.ToUnixTimeSeconds();
            if (sessions.Lifetime is { } lifetime)
                answer["exp"] = (live.LastUsed + lifetime).ToUnixTimeSeconds();
            return answer;
        }

        return grants.FindGrant(token) is { } grant ? Active(context, "refresh_token", grant.UserId, grant.ClientId, grant.Scope)
            : new Dictionary<string, object?>(StringComparer.Ordinal) { ["active"] = false };
    }

    private Dictionary<string, object?> Active(HttpContext context, string kind, string userId, string clientId, string scope) =>
        new(StringComparer.Ordinal)
        {
            ["active"] = true,
            ["scope"] = scope,
            ["client_id"] = clientId,
            ["username"] = logins.Find(userId)?.UserName,
            ["sub"] = $"{ApiRequest.Origin(context.Request)}/id/{organizationId}/{userId}",
            ["token_type"] = kind,
        };
}
