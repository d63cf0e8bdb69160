namespace Tandem.Simulator.Auth;

/// <summary>
/// A program that users let act for them, as an administrator registers it. Given in <see cref="SignInOptions"/> or added to
/// <see cref="AppRegistry"/>. Source: salesforce-api.md, sections 1.2 to 1.5.
/// </summary>
public sealed record ConnectedApp
{
    /// <summary>The consumer key.</summary>
    public required string ClientId { get; init; }

    /// <summary>The consumer secret; null for an app that has none, such as a command line.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>What the consent page calls the app; empty shows the consumer key.</summary>
    public string Name { get; init; } = "";

    /// <summary>The addresses that a code may be sent to; empty allows http on the loopback and any https address.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>The user that client credentials act as; null refuses that flow.</summary>
    public string? RunAsUserName { get; init; }

    /// <summary>
    /// The keys that sign JWT assertions, as PEM of public keys or certificates. Empty accepts every well-formed RS256 JWT of the right
    /// app and user without looking at its signature: good enough for development, and no secret is at stake.
    /// </summary>
    public IReadOnlyList<string> PublicKeys { get; init; } = [];

    /// <summary>Whether a refresh answers a new refresh token and ends the old one.</summary>
    public bool RotatesRefreshTokens { get; init; }
}
