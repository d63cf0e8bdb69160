namespace Tandem.Simulator.Auth;

/// <summary>The codes and refresh tokens that are good at this moment. Codes are single-use and live for ten minutes.</summary>
internal sealed class GrantStore(TimeProvider timeProvider)
{
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, AuthorizationCode> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RefreshGrant> _grants = new(StringComparer.Ordinal);

    public string AddCode(AuthorizeRequest request)
    {
        var code = Secret.Create("aPrx");
        lock (_lock)
        {
            _codes[code] = new AuthorizationCode
            {
                RedirectUri = request.RedirectUri,
                Scope = request.Scope,
                Challenge = request.CodeChallenge,
                IsChallengePlain = request.IsChallengePlain,
                Expires = timeProvider.GetUtcNow() + CodeLifetime,
            };
        }

        return code;
    }

    /// <summary>Takes a code out of the store, so that it is good for one try only.</summary>
    public AuthorizationCode TakeCode(string code)
    {
        lock (_lock)
        {
            if (!_codes.Remove(code, out var found))
                throw OAuthException.InvalidGrant("invalid authorization code");
            return found.Expires > timeProvider.GetUtcNow() ? found : throw OAuthException.InvalidGrant("expired authorization code");
        }
    }

    public string AddGrant(RefreshGrant grant)
    {
        var token = Secret.Create("5Aep861");
        lock (_lock)
            _grants[token] = grant;
        return token;
    }

    public RefreshGrant? FindGrant(string refreshToken)
    {
        lock (_lock)
            return _grants.GetValueOrDefault(refreshToken);
    }

    public void NoteAccessToken(RefreshGrant grant, string accessToken)
    {
        lock (_lock)
            grant.AccessTokens.Add(accessToken);
    }

    /// <summary>Ends a refresh token and leaves the sessions of its grant alone; used by rotation.</summary>
    public bool TryRetire(string refreshToken)
    {
        lock (_lock)
            return _grants.Remove(refreshToken);
    }

    /// <summary>Ends a refresh token; the access tokens of its grant are the caller's to end. Null when there is no such token.</summary>
    public IReadOnlyList<string>? Revoke(string refreshToken)
    {
        lock (_lock)
            return _grants.Remove(refreshToken, out var grant) ? [.. grant.AccessTokens] : null;
    }
}
