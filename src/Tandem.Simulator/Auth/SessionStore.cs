using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Tandem.Simulator.Auth;

/// <summary>The living sessions of the org by access token; the sign-in issues them and every request looks them up.</summary>
public sealed class SessionStore(string organizationId, TimeProvider timeProvider)
{
    private const int SecretLength = 80;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<string, (Session Session, DateTimeOffset Expires)> _sessions = new(StringComparer.Ordinal);

    public Session Issue(string userId)
    {
        var session = new Session
        {
            AccessToken = $"{organizationId}!{RandomNumberGenerator.GetString(Letters, SecretLength)}",
            UserId = userId,
        };
        _sessions[session.AccessToken] = (session, timeProvider.GetUtcNow() + s_lifetime);
        return session;
    }

    public Session? Find(string accessToken) =>
        _sessions.TryGetValue(accessToken, out var entry) && entry.Expires > timeProvider.GetUtcNow() ? entry.Session : null;

    public bool Revoke(string accessToken) => _sessions.TryRemove(accessToken, out _);

    public void RevokeAll() => _sessions.Clear();
}
