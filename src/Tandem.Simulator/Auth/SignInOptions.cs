namespace Tandem.Simulator.Auth;

/// <summary>How strict the org is at its door; part of the simulator's options. Source: salesforce-api.md, sections 1 and 11.</summary>
public sealed record SignInOptions
{
    /// <summary>Apps beside the one of the simulator's options and the command line's.</summary>
    public IReadOnlyList<ConnectedApp> Apps { get; init; } = [];

    /// <summary>Passwords of single users by user name; all other users have the password of the simulator's options.</summary>
    public IReadOnlyDictionary<string, string> Passwords { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What must follow the password where no browser is at hand (SOAP, password flow); null asks for nothing.</summary>
    public string? SecurityToken { get; init; }

    /// <summary>False refuses the username-password flow, as orgs made in these days do.</summary>
    public bool AllowsPasswordFlow { get; init; } = true;

    /// <summary>Hosts that serve all orgs and therefore know no client credentials.</summary>
    public IReadOnlyList<string> SharedHosts { get; init; } = ["login.salesforce.com", "test.salesforce.com"];

    /// <summary>How long an authorization code waits to be redeemed.</summary>
    public TimeSpan CodeLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a session lives without a call; null means for ever.</summary>
    public TimeSpan? SessionIdleLifetime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Refresh tokens that one user may have with one app; a further one ends the oldest.</summary>
    public int RefreshTokensPerUser { get; init; } = 5;

    /// <summary>Sign-ins that one user may make within an hour of the clock.</summary>
    public int LoginsPerHour { get; init; } = 3600;
}
