using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Auth;

/// <summary>Starts the session of a grant that was found good and writes the answer that clients read. Source: salesforce-api.md,
/// section 1.7.</summary>
internal sealed class TokenIssue(
    string organizationId, UserLogins logins, SessionStore sessions, IdTokenSigner signer, TimeProvider timeProvider)
{
    /// <summary>The answer without a refresh token, which is the grant's to add.</summary>
    public (Dictionary<string, string> Answer, string AccessToken) Issue(
        HttpContext context, ConnectedApp app, UserProfile user, string scope, string? nonce)
    {
        RequireAdmitted(user);
        return IssueAdmitted(context, app, user, scope, nonce);
    }

    /// <summary>Judges and counts the sign-in of a user who needs no password, before anything else of the grant is used up.</summary>
    public void RequireAdmitted(UserProfile user)
    {
        var verdict = logins.Admit(user);
        if (verdict != LoginVerdict.Allowed)
            throw OAuthException.Of(verdict);
    }

    /// <summary>The same for a user whose sign-in was judged and counted already.</summary>
    public (Dictionary<string, string> Answer, string AccessToken) IssueAdmitted(
        HttpContext context, ConnectedApp app, UserProfile user, string scope, string? nonce)
    {
        var session = sessions.Issue(user.Id, app.ClientId, scope);
        var origin = ApiRequest.Origin(context.Request);
        var id = $"{origin}/id/{organizationId}/{user.Id}";
        var issuedAt = timeProvider.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(app.ClientSecret ?? ""), Encoding.UTF8.GetBytes(id + issuedAt));
        var answer = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["access_token"] = session.AccessToken,
            ["signature"] = Convert.ToBase64String(signature),
            ["scope"] = scope,
            ["instance_url"] = origin,
            ["id"] = id,
            ["token_type"] = "Bearer",
            ["issued_at"] = issuedAt,
        };
        if (Scopes.WantIdToken(scope))
            answer["id_token"] = signer.Sign(origin, id, app.ClientId, session.AccessToken, nonce);
        return (answer, session.AccessToken);
    }
}
