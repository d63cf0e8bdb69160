namespace Tandem.Simulator.Control;

/// <summary>The calls to one resource since the call log was reset.</summary>
public sealed record RouteCount
{
    public required string Method { get; init; }

    public required string Route { get; init; }

    public int Calls { get; init; }

    /// <summary>Calls with a status of 400 and above, or that were cut.</summary>
    public int Errors { get; init; }

    /// <summary>What these calls took of the day's allowance.</summary>
    public int Cost { get; init; }
}
