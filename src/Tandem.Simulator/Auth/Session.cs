namespace Tandem.Simulator.Auth;

/// <summary>A living session: what an access token stands for.</summary>
public sealed record Session
{
    public required string AccessToken { get; init; }

    public required string UserId { get; init; }
}
