using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Tandem.Simulator.Auth;

/// <summary>
/// The org's live sessions. OAuth issues and revokes them, the server's check of each request finds them. A token starts with the
/// org's 15-character id and <c>!</c>, because clients read the org from it. Source: salesforce-api.md, section 1.7.
/// </summary>
public sealed class SessionStore(string organizationId, TimeProvider timeProvider)
{
    private const string TokenLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    private const int TokenLength = 96;

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>How long after its issue a session ends; null means never.</summary>
    public TimeSpan? Lifetime { get; set; }

    public Session Issue(string userId)
    {
        var session = new Session
        {
            AccessToken = $"{organizationId[..15]}!{RandomNumberGenerator.GetString(TokenLetters, TokenLength)}",
            UserId = userId,
            IssuedAt = timeProvider.GetUtcNow(),
        };
        _sessions[session.AccessToken] = session;
        return session;
    }

    /// <summary>The session of a token; null when it was never issued, is revoked or has ended.</summary>
    public Session? Find(string accessToken)
    {
        if (!_sessions.TryGetValue(accessToken, out var session))
            return null;
        if (Lifetime is not { } lifetime || timeProvider.GetUtcNow() - session.IssuedAt < lifetime)
            return session;
        _sessions.TryRemove(accessToken, out _);
        return null;
    }

    /// <summary>False when there is no such session.</summary>
    public bool Revoke(string accessToken) => _sessions.TryRemove(accessToken, out _);

    /// <summary>Ends all sessions of a user, whose id has 18 characters.</summary>
    public void RevokeUser(string userId)
    {
        foreach (var (token, session) in _sessions)
        {
            if (session.UserId.Equals(userId, StringComparison.Ordinal))
                _sessions.TryRemove(token, out _);
        }
    }

    /// <summary>The sessions that were issued and not revoked, oldest first.</summary>
    public IReadOnlyList<Session> List() => [.. _sessions.Values.OrderBy(session => session.IssuedAt)];

    public void RevokeAll() => _sessions.Clear();
}
