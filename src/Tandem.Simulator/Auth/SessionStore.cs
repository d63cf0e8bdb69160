using System.Collections.Concurrent;

namespace Tandem.Simulator.Auth;

/// <summary>
/// The org's live sessions. OAuth and SOAP issue and revoke them, the server's check of each request finds them. A token starts with
/// the org's 15-character id and <c>!</c>, because clients read the org from it. Source: salesforce-api.md, section 1.7.
/// </summary>
public sealed class SessionStore(string organizationId, TimeProvider timeProvider)
{
    private const int TokenLength = 96;
    private const int SmallestSweep = 1000;

    private readonly ConcurrentDictionary<string, LiveSession> _sessions = new(StringComparer.Ordinal);
    private int _sweepAt = SmallestSweep;

    /// <summary>How long a session lives without a call; null means for ever.</summary>
    public TimeSpan? Lifetime { get; set; } = TimeSpan.FromHours(2);

    public Session Issue(string userId) => Issue(userId, "", "full");

    /// <summary>Starts a session of a user with an app.</summary>
    public Session Issue(string userId, string clientId, string scope)
    {
        if (_sessions.Count >= Volatile.Read(ref _sweepAt))
            Sweep();
        var session = new Session
        {
            AccessToken = Secret.Create($"{organizationId[..15]}!", TokenLength),
            UserId = userId,
            IssuedAt = timeProvider.GetUtcNow(),
            ClientId = clientId,
            Scope = scope,
        };
        _sessions[session.AccessToken] = new LiveSession(session);
        return session;
    }

    /// <summary>The session of a token, which thereby lives on; null when it was never issued, is revoked or has ended.</summary>
    public Session? Find(string accessToken)
    {
        if (FindLive(accessToken) is not { } live)
            return null;
        live.Touch(timeProvider.GetUtcNow());
        return live.Session;
    }

    /// <summary>False when there is no such session.</summary>
    public bool Revoke(string accessToken) => _sessions.TryRemove(accessToken, out _);

    /// <summary>Ends all sessions of a user.</summary>
    public void RevokeUser(string userId)
    {
        foreach (var live in _sessions.Values.Where(live => live.Session.UserId.Equals(userId, StringComparison.Ordinal)))
            _sessions.TryRemove(live.Session.AccessToken, out _);
    }

    /// <summary>The sessions that have not ended, oldest first.</summary>
    public IReadOnlyList<Session> List() =>
        [.. _sessions.Values.Where(IsLive).Select(live => live.Session).OrderBy(session => session.IssuedAt)];

    public void RevokeAll() => _sessions.Clear();

    /// <summary>The session and its last call, without making it live longer: for those who only ask about it.</summary>
    internal LiveSession? FindLive(string accessToken)
    {
        if (!_sessions.TryGetValue(accessToken, out var live))
            return null;
        if (IsLive(live))
            return live;
        _sessions.TryRemove(accessToken, out _);
        return null;
    }

    private bool IsLive(LiveSession live) => Lifetime is not { } lifetime || timeProvider.GetUtcNow() - live.LastUsed < lifetime;

    /// <summary>Forgets sessions that nobody has asked for since they ended: clients that sign in for each call leave many.</summary>
    private void Sweep()
    {
        foreach (var live in _sessions.Values.Where(live => !IsLive(live)))
            _sessions.TryRemove(live.Session.AccessToken, out _);
        Volatile.Write(ref _sweepAt, Math.Max(SmallestSweep, _sessions.Count * 2));
    }
}
