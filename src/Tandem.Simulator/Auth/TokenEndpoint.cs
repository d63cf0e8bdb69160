using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Auth;

/// <summary>
/// Answers the grants: authorization code, refresh token, JWT bearer, client credentials, password; and revokes.
/// Source: salesforce-api.md, sections 1.2 to 1.9.
/// </summary>
internal sealed class TokenEndpoint(OAuthSettings settings, SessionStore sessions, GrantStore grants, TimeProvider timeProvider)
{
    private const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private const string DefaultScope = "api refresh_token id";

    private readonly JwtAssertion _assertion = new(settings, timeProvider);

    public async Task GrantAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var form = await ReadFormAsync(context);
            var granted = form["grant_type"].ToString() switch
            {
                "authorization_code" => RedeemCode(context, form),
                "refresh_token" => Refresh(context, form),
                JwtBearer => AssertJwt(context, form),
                "client_credentials" => GrantClient(context, form),
                "password" => GrantPassword(context, form),
                _ => throw new OAuthException("unsupported_grant_type", "grant type not supported"),
            };
            await context.Response.WriteAsJsonAsync(granted, context.RequestAborted);
        }
        catch (OAuthException fault)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            var body = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["error"] = fault.Error,
                ["error_description"] = fault.Description,
            };
            await context.Response.WriteAsJsonAsync(body, context.RequestAborted);
        }
    }

    public async Task RevokeAsync(HttpContext context)
    {
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

    private static async Task<IFormCollection> ReadFormAsync(HttpContext context) => context.Request.HasFormContentType
        ? await context.Request.ReadFormAsync(context.RequestAborted)
        : throw OAuthException.InvalidRequest("the content type must be application/x-www-form-urlencoded");

    private Dictionary<string, string> RedeemCode(HttpContext context, IFormCollection form)
    {
        var hasSecret = CheckClient(context, form);
        var code = grants.TakeCode(form["code"].ToString());
        if (!code.RedirectUri.Equals(form["redirect_uri"].ToString(), StringComparison.Ordinal))
            throw new OAuthException("redirect_uri_mismatch", "redirect_uri must match configuration");
        if (code.Challenge is null && !hasSecret)
            throw new OAuthException("invalid_client", "invalid client credentials");
        if (code.Challenge is not null && !IsVerifier(code, form["code_verifier"].ToString()))
            throw OAuthException.InvalidGrant("invalid code verifier");

        var wantsRefresh = code.Scope.Split(' ').Any(scope => scope is "refresh_token" or "offline_access" or "full");
        var grant = new RefreshGrant { Scope = code.Scope, IsPublicClient = !hasSecret };
        var answer = Issue(context, code.Scope, grant);
        if (wantsRefresh)
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
        var hasSecret = CheckClient(context, form);
        var refreshToken = form["refresh_token"].ToString();
        if (grants.FindGrant(refreshToken) is not { } grant)
            throw OAuthException.InvalidGrant("expired access/refresh token");
        if (!hasSecret && !grant.IsPublicClient)
            throw new OAuthException("invalid_client", "invalid client credentials");

        // Of two refreshes at the same moment only one may get the successor.
        if (settings.RotateRefreshTokens && !grants.TryRetire(refreshToken))
            throw OAuthException.InvalidGrant("expired access/refresh token");
        var answer = Issue(context, grant.Scope, grant);
        if (settings.RotateRefreshTokens)
            answer["refresh_token"] = grants.AddGrant(grant);
        return answer;
    }

    private Dictionary<string, string> AssertJwt(HttpContext context, IFormCollection form)
    {
        _assertion.Check(form["assertion"].ToString(), context.Request.Host.Value ?? "");
        return Issue(context, DefaultScope, grant: null);
    }

    private Dictionary<string, string> GrantClient(HttpContext context, IFormCollection form)
    {
        if (context.Request.Host.Host is "login.salesforce.com" or "test.salesforce.com")
            throw OAuthException.InvalidGrant("request not supported on this domain");
        RequireSecret(context, form);
        return Issue(context, DefaultScope, grant: null);
    }

    private Dictionary<string, string> GrantPassword(HttpContext context, IFormCollection form)
    {
        RequireSecret(context, form);
        var isUser = settings.UserName.Equals(form["username"].ToString(), StringComparison.OrdinalIgnoreCase);
        if (!(isUser & Secret.AreEqual(settings.Password, form["password"].ToString())))
            throw OAuthException.InvalidGrant("authentication failure");
        return Issue(context, DefaultScope, grant: null);
    }

    private void RequireSecret(HttpContext context, IFormCollection form)
    {
        if (!CheckClient(context, form))
            throw new OAuthException("invalid_client", "invalid client credentials");
    }

    /// <summary>Checks who the app says it is; false when it sent no secret, which only some grants accept.</summary>
    private bool CheckClient(HttpContext context, IFormCollection form)
    {
        var (id, secret) = ReadBasic(context.Request) ?? (form["client_id"].ToString(), form["client_secret"].ToString());
        if (!settings.ClientId.Equals(id, StringComparison.Ordinal))
            throw new OAuthException("invalid_client_id", "client identifier invalid");
        if (secret.Length > 0 && !Secret.AreEqual(settings.ClientSecret, secret))
            throw new OAuthException("invalid_client", "invalid client credentials");
        return secret.Length > 0;
    }

    private static (string Id, string Secret)? ReadBasic(HttpRequest request)
    {
        const string scheme = "Basic ";
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return null;

        var encoded = header.AsSpan(scheme.Length).Trim();
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length))
            throw new OAuthException("invalid_client", "invalid client credentials");
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (pair, "") : (pair[..colon], pair[(colon + 1)..]);
    }

    private Dictionary<string, string> Issue(HttpContext context, string scope, RefreshGrant? grant)
    {
        var session = sessions.Issue(settings.UserId);
        if (grant is not null)
            grants.NoteAccessToken(grant, session.AccessToken);

        var origin = IdentityEndpoint.Origin(context.Request);
        var id = $"{origin}/id/{settings.OrganizationId}/{settings.UserId}";
        var issuedAt = timeProvider.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings.ClientSecret), Encoding.UTF8.GetBytes(id + issuedAt));
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["access_token"] = session.AccessToken,
            ["instance_url"] = origin,
            ["id"] = id,
            ["token_type"] = "Bearer",
            ["issued_at"] = issuedAt,
            ["signature"] = Convert.ToBase64String(signature),
            ["scope"] = scope,
        };
    }
}
