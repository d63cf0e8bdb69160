namespace Tandem.Simulator.Auth;

/// <summary>The codes and refresh tokens that are good at this moment. Codes are single-use; of one user's refresh tokens with one app
/// only the newest few live.</summary>
internal sealed class GrantStore(SignInOptions options, SessionStore sessions, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AuthorizationCode> _codes = new(StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    private readonly List<(string Token, RefreshGrant Grant)> _grants = [];

    public string AddCode(AuthorizeRequest request, string userId)
    {
        var code = Secret.Create("aPrx");
        var now = timeProvider.GetUtcNow();
        lock (_lock)
        {
            foreach (var (unused, _) in _codes.Where(pair => pair.Value.Expires <= now).ToList())
                _codes.Remove(unused);
            _codes[code] = new AuthorizationCode
            {
                ClientId = request.ClientId,
                UserId = userId,
                RedirectUri = request.RedirectUri,
                Scope = request.Scope,
                Challenge = request.CodeChallenge,
                IsChallengePlain = request.IsChallengePlain,
                Nonce = request.Nonce,
                Expires = now + options.CodeLifetime,
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
        {
            _grants.Add((token, grant));
            if (_grants.Count(entry => entry.Grant.IsOf(grant)) > options.RefreshTokensPerUser)
                _grants.RemoveAt(_grants.FindIndex(entry => entry.Grant.IsOf(grant)));
        }

        return token;
    }

    public RefreshGrant? FindGrant(string refreshToken)
    {
        lock (_lock)
            return IndexOf(refreshToken) is >= 0 and var at ? _grants[at].Grant : null;
    }

    /// <summary>Remembers a token to end with its grant, and forgets those that have ended by themselves.</summary>
    public void NoteAccessToken(RefreshGrant grant, string accessToken)
    {
        lock (_lock)
        {
            grant.AccessTokens.RemoveAll(earlier => sessions.FindLive(earlier) is null);
            grant.AccessTokens.Add(accessToken);
        }
    }

    /// <summary>Ends a refresh token and leaves the sessions of its grant alone; used by rotation.</summary>
    public bool TryRetire(string refreshToken)
    {
        lock (_lock)
            return Remove(refreshToken) is not null;
    }

    /// <summary>Ends a refresh token; the access tokens of its grant are the caller's to end. Null when there is no such token.</summary>
    public IReadOnlyList<string>? Revoke(string refreshToken)
    {
        lock (_lock)
            return Remove(refreshToken) is { } grant ? [.. grant.AccessTokens] : null;
    }

    private RefreshGrant? Remove(string refreshToken)
    {
        if (IndexOf(refreshToken) is not (>= 0 and var at))
            return null;
        var grant = _grants[at].Grant;
        _grants.RemoveAt(at);
        return grant;
    }

    private int IndexOf(string refreshToken) =>
        _grants.FindIndex(entry => entry.Token.Equals(refreshToken, StringComparison.Ordinal));
}
