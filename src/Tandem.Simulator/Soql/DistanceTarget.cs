namespace Tandem.Simulator.Soql;

/// <summary>The fixed point of <c>DISTANCE(field, GEOLOCATION(latitude, longitude), unit)</c> and the unit to measure in.</summary>
internal sealed record DistanceTarget
{
    public required double Latitude { get; init; }

    public required double Longitude { get; init; }

    /// <summary>True for miles, false for kilometres.</summary>
    public required bool IsInMiles { get; init; }
}
