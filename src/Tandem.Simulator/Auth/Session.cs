namespace Tandem.Simulator.Auth;

/// <summary>A signed-in user of the org, found by the access token that every request brings.</summary>
public sealed record Session
{
    public required string AccessToken { get; init; }

    /// <summary>The 18-character id of the user.</summary>
    public required string UserId { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The app that signed in; empty for a sign-in by SOAP or in process.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>What the app may do, separated by spaces.</summary>
    public string Scope { get; init; } = "full";
}
