using Tandem.Simulator.Data;

namespace Tandem.Simulator.Auth;

/// <summary>
/// Who may come in: passwords, frozen users, the number of sign-ins. Users themselves are records of the org. SOAP and OAuth ask it;
/// tests freeze users and set passwords. Source: salesforce-api.md, sections 1.8 and 11.
/// </summary>
public sealed class UserLogins
{
    private readonly Org _org;
    private readonly SessionStore _sessions;
    private readonly SignInOptions _options;
    private readonly string _defaultPassword;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _passwords = new(StringComparer.Ordinal);
    private readonly HashSet<string> _frozen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expired = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Hour, int Count)> _logins = new(StringComparer.Ordinal);

    internal UserLogins(Org org, SessionStore sessions, SignInOptions options, string defaultPassword)
    {
        (_org, _sessions, _options, _defaultPassword) = (org, sessions, options, defaultPassword);
        foreach (var (userName, password) in options.Passwords)
        {
            var user = FindByName(userName)
                ?? throw new ArgumentException($"A password is set for {userName}, but the org has no such user.", nameof(options));
            _passwords[user.Id] = password;
        }
    }

    /// <summary>False shuts the org, as a trial that ran out is shut.</summary>
    public bool IsOrgActive { get; set; } = true;

    public UserProfile? Find(string userId) =>
        _org.FindTable("User")?.Find(userId) is { } record ? UserProfile.Of(record) : null;

    /// <summary>The user with this name, whatever its letter case.</summary>
    public UserProfile? FindByName(string userName) => _org.FindTable("User")?.Records.Select(UserProfile.Of)
        .FirstOrDefault(user => user.UserName.Equals(userName, StringComparison.OrdinalIgnoreCase));

    public void SetPassword(string userId, string password)
    {
        lock (_lock)
        {
            _passwords[userId] = password;
            _expired.Remove(userId);
        }
    }

    /// <summary>The user may still sign in by SOAP and is told that the password must be changed.</summary>
    public void ExpirePassword(string userId)
    {
        lock (_lock)
            _expired.Add(userId);
    }

    /// <summary>Keeps a user out and ends the sessions that the user has.</summary>
    public void Freeze(string userId)
    {
        lock (_lock)
            _frozen.Add(userId);
        _sessions.RevokeUser(userId);
    }

    public void Unfreeze(string userId)
    {
        lock (_lock)
            _frozen.Remove(userId);
    }

    internal bool IsPasswordExpired(string userId)
    {
        lock (_lock)
            return _expired.Contains(userId);
    }

    /// <summary>Judges a name with a password, and counts the sign-in when it is good.</summary>
    /// <param name="withToken">Whether the security token must follow the password.</param>
    internal LoginVerdict CheckPassword(string userName, string password, bool withToken, out UserProfile? user)
    {
        user = FindByName(userName);
        string expected;
        lock (_lock)
            expected = user is not null && _passwords.TryGetValue(user.Id, out var own) ? own : _defaultPassword;
        if (withToken)
            expected += _options.SecurityToken;
        return Secret.AreEqual(expected, password) && user is not null ? Admit(user) : LoginVerdict.WrongCredentials;
    }

    /// <summary>Judges a user who has proved to be the one, and counts the sign-in when it is good.</summary>
    internal LoginVerdict Admit(UserProfile user)
    {
        if (!IsOrgActive)
            return LoginVerdict.InactiveOrg;
        lock (_lock)
        {
            if (!user.IsActive || _frozen.Contains(user.Id))
                return LoginVerdict.InactiveUser;
            var hour = _org.TimeProvider.GetUtcNow().Ticks / TimeSpan.TicksPerHour;
            var before = _logins.GetValueOrDefault(user.Id);
            var count = before.Hour == hour ? before.Count + 1 : 1;
            if (count > _options.LoginsPerHour)
                return LoginVerdict.RateExceeded;
            _logins[user.Id] = (hour, count);
            return LoginVerdict.Allowed;
        }
    }
}
