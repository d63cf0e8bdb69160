using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Salesforce.Auth;

/// <summary>
/// What a browser is sent to Salesforce with, so that a user lets an app act: the authorization code flow with PKCE. Whoever began it keeps
/// it until the code comes back, as only its verifier makes the code good. Source: salesforce-api.md, section 1.2.
/// </summary>
public sealed record AuthorizationRequest
{
    /// <summary>86 characters, of the 43 to 128 that RFC 7636 allows.</summary>
    private const int VerifierBytes = 64;

    private const int StateBytes = 32;

    /// <summary>login.salesforce.com, test.salesforce.com or the org's My Domain.</summary>
    public required Uri LoginUrl { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Where the browser brings the code, exactly as the connected app names it.</summary>
    public required Uri RedirectUri { get; init; }

    /// <summary>Comes back with the code and tells which request it answers.</summary>
    public string State { get; init; } = NewSecret(StateBytes);

    public string Scope { get; init; } = "api refresh_token id";

    /// <summary>
    /// What Salesforce asks the user even if it need not: <c>login</c>, <c>consent</c>, <c>select_account</c>; null for nothing.
    /// </summary>
    public string? Prompt { get; init; } = "login";

    /// <summary>The secret that the code is bound to; its hash travels through the browser, it does not.</summary>
    internal string Verifier { get; } = NewSecret(VerifierBytes);

    /// <summary>The page that the browser opens.</summary>
    public Uri Address
    {
        get
        {
            var query = new StringBuilder("/services/oauth2/authorize?response_type=code");
            Add("client_id", ClientId);
            Add("redirect_uri", RedirectUri.OriginalString);
            Add("scope", Scope);
            Add("state", State);
            Add("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))));
            Add("code_challenge_method", "S256");
            Add("prompt", Prompt);
            return new Uri(LoginUrl, query.ToString());

            void Add(string name, string? value)
            {
                if (value is not null)
                    query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }

    private static string NewSecret(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("LoginUrl = ").Append(LoginUrl);
        return true;
    }
}
