using System.Collections.Concurrent;

namespace Tandem.Simulator.Auth;

/// <summary>
/// The apps that the org knows by their client ids; the command line's own app is always among them. The sign-in looks apps up, tests
/// add and replace them while the org runs.
/// </summary>
public sealed class AppRegistry
{
    private readonly ConcurrentDictionary<string, ConnectedApp> _apps = new(StringComparer.Ordinal);

    internal AppRegistry(IEnumerable<ConnectedApp> apps)
    {
        Register(CommandLine);
        foreach (var app in apps)
            Register(app);
    }

    /// <summary>The built-in app of Salesforce's command line. Source: salesforce-api.md, section 13.</summary>
    public static ConnectedApp CommandLine { get; } = new()
    {
        ClientId = "PlatformCLI",
        Name = "Salesforce CLI",
        RedirectUris = ["http://localhost:1717/OauthRedirect"],
    };

    /// <summary>Adds an app, or puts it in the place of the one with its client id.</summary>
    public void Register(ConnectedApp app) => _apps[app.ClientId] = app;

    /// <summary>Whether refreshes answer new refresh tokens: true when they do for every app. Setting it sets it for all.</summary>
    internal bool RotatesRefreshTokens
    {
        get => _apps.Values.All(app => app.RotatesRefreshTokens);
        set
        {
            foreach (var app in _apps.Values)
                Register(app with { RotatesRefreshTokens = value });
        }
    }

    /// <summary>Forgets an app; what it was granted stays good until it refreshes.</summary>
    public bool Remove(string clientId) => _apps.TryRemove(clientId, out _);

    internal ConnectedApp Find(string? clientId) => clientId is not null && _apps.TryGetValue(clientId, out var app) ? app
        : throw new OAuthException("invalid_client_id", "client identifier invalid");
}
