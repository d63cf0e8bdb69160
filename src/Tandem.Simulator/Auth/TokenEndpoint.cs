using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Auth;

/// <summary>
/// Answers the grants: authorization code, refresh token, JWT bearer, client credentials, password.
/// Source: salesforce-api.md, sections 1.2 to 1.8.
/// </summary>
internal sealed class TokenEndpoint(
    SignInOptions options, ClientCheck clients, UserLogins logins, GrantStore grants, JwtAssertion assertions, TokenIssue tokens)
{
    private const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    public async Task GrantAsync(HttpContext context)
    {
        try
        {
            var form = await OAuthJson.ReadFormAsync(context);
            var granted = form["grant_type"].ToString() switch
            {
                "authorization_code" => RedeemCode(context, form),
                "refresh_token" => Refresh(context, form),
                JwtBearer => AssertJwt(context, form),
                "client_credentials" => GrantClient(context, form),
                "password" => GrantPassword(context, form),
                _ => throw new OAuthException("unsupported_grant_type", "grant type not supported"),
            };
            await OAuthJson.WriteAsync(context, granted);
        }
        catch (OAuthException fault)
        {
            await OAuthJson.WriteFaultAsync(context, fault);
        }
    }

    private Dictionary<string, string> RedeemCode(HttpContext context, IFormCollection form)
    {
        var (app, isProved) = clients.Identify(context.Request, form);
        var code = grants.TakeCode(form["code"].ToString());
        if (!code.ClientId.Equals(app.ClientId, StringComparison.Ordinal))
            throw OAuthException.InvalidGrant("invalid authorization code");
        if (!code.RedirectUri.Equals(form["redirect_uri"].ToString(), StringComparison.Ordinal))
            throw new OAuthException("redirect_uri_mismatch", "redirect_uri must match configuration");
        if (code.Challenge is null && app.ClientSecret is not null && !isProved)
            throw OAuthException.InvalidClient();
        if (code.Challenge is not null && !IsVerifier(code, form["code_verifier"].ToString()))
            throw OAuthException.InvalidGrant("invalid code verifier");

        var user = FindUser(code.UserId, "invalid authorization code");
        var (answer, accessToken) = tokens.IssueAdmitted(context, app, user, code.Scope, code.Nonce);
        if (!Scopes.WantRefresh(code.Scope))
            return answer;
        var grant = new RefreshGrant { ClientId = app.ClientId, UserId = user.Id, Scope = code.Scope, IsPublicClient = !isProved };
        grants.NoteAccessToken(grant, accessToken);
        answer["refresh_token"] = grants.AddGrant(grant);
        return answer;
    }

    private static bool IsVerifier(AuthorizationCode code, string verifier)
    {
        var derived = code.IsChallengePlain ? verifier : Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return verifier.Length > 0 && Secret.AreEqual(code.Challenge ?? "", derived);
    }

    private Dictionary<string, string> Refresh(HttpContext context, IFormCollection form)
    {
        const string expired = "expired access/refresh token";
        var (app, isProved) = clients.Identify(context.Request, form);
        var refreshToken = form["refresh_token"].ToString();
        if (grants.FindGrant(refreshToken) is not { } grant || !grant.ClientId.Equals(app.ClientId, StringComparison.Ordinal))
            throw OAuthException.InvalidGrant(expired);
        if (!isProved && !grant.IsPublicClient)
            throw OAuthException.InvalidClient();

        var user = FindUser(grant.UserId, expired);
        tokens.RequireAdmitted(user);
        // Of two refreshes at the same moment only one may get the successor.
        if (app.RotatesRefreshTokens && !grants.TryRetire(refreshToken))
            throw OAuthException.InvalidGrant(expired);
        var (answer, accessToken) = tokens.IssueAdmitted(context, app, user, grant.Scope, nonce: null);
        grants.NoteAccessToken(grant, accessToken);
        if (app.RotatesRefreshTokens)
            answer["refresh_token"] = grants.AddGrant(grant);
        return answer;
    }

    private Dictionary<string, string> AssertJwt(HttpContext context, IFormCollection form)
    {
        var (app, user) = assertions.Check(form["assertion"].ToString(), context.Request.Host.Value ?? "");
        return tokens.Issue(context, app, user, Scopes.WithoutRefresh, nonce: null).Answer;
    }

    private Dictionary<string, string> GrantClient(HttpContext context, IFormCollection form)
    {
        if (options.SharedHosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
            throw OAuthException.InvalidGrant("request not supported on this domain");
        var app = clients.Require(context.Request, form);
        var user = app.RunAsUserName is { } name && logins.FindByName(name) is { } found ? found
            : throw OAuthException.InvalidGrant("no client credentials user enabled");
        return tokens.Issue(context, app, user, Scopes.WithoutRefresh, nonce: null).Answer;
    }

    private Dictionary<string, string> GrantPassword(HttpContext context, IFormCollection form)
    {
        var app = clients.Require(context.Request, form);
        if (!options.AllowsPasswordFlow)
            throw OAuthException.InvalidGrant("authentication failure");
        var verdict = logins.CheckPassword(form["username"].ToString(), form["password"].ToString(), withToken: true, out var user);
        return verdict == LoginVerdict.Allowed && user is not null
            ? tokens.IssueAdmitted(context, app, user, Scopes.WithoutRefresh, nonce: null).Answer
            : throw OAuthException.Of(verdict);
    }

    private UserProfile FindUser(string userId, string complaint) =>
        logins.Find(userId) ?? throw OAuthException.InvalidGrant(complaint);
}
