using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Tandem.Simulator.Auth;

/// <summary>
/// What the app asks the user for, carried through the consent page as hidden fields. Source: salesforce-api.md, section 1.2.
/// </summary>
internal sealed record AuthorizeRequest
{
    public required string ClientId { get; init; }

    public required string RedirectUri { get; init; }

    public required string ResponseType { get; init; }

    public required string Scope { get; init; }

    public required string? State { get; init; }

    public required string? CodeChallenge { get; init; }

    public required string? CodeChallengeMethod { get; init; }

    /// <summary>What the id token must repeat.</summary>
    public required string? Nonce { get; init; }

    /// <summary>The user name that the app expects, to spare typing.</summary>
    public required string? LoginHint { get; init; }

    /// <summary>An absent method means S256, because clients in use leave it out.</summary>
    public bool IsChallengePlain => "plain".Equals(CodeChallengeMethod, StringComparison.Ordinal);

    public static AuthorizeRequest Read(Func<string, StringValues> parameter)
    {
        var scope = parameter("scope").ToString();
        return new AuthorizeRequest
        {
            ClientId = parameter("client_id").ToString(),
            RedirectUri = parameter("redirect_uri").ToString(),
            ResponseType = parameter("response_type").ToString(),
            Scope = scope.Length > 0 ? scope : Scopes.Default,
            State = Optional(parameter("state")),
            CodeChallenge = Optional(parameter("code_challenge")),
            CodeChallengeMethod = Optional(parameter("code_challenge_method")),
            Nonce = Optional(parameter("nonce")),
            LoginHint = Optional(parameter("login_hint")),
        };
    }

    /// <summary>The address to send the user to, with an answer for the app.</summary>
    public string Answer(params ReadOnlySpan<(string Name, string Value)> members)
    {
        var query = new List<KeyValuePair<string, string?>>();
        foreach (var (name, value) in members)
            query.Add(new(name, value));
        if (State is not null)
            query.Add(new("state", State));
        var encoded = QueryString.Create(query).Value ?? "";
        return RedirectUri + (RedirectUri.Contains('?', StringComparison.Ordinal) ? "&" + encoded[1..] : encoded);
    }

    private static string? Optional(StringValues values) => values is [{ Length: > 0 } value] ? value : null;
}
