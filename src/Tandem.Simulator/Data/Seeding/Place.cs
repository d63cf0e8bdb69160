namespace Tandem.Simulator.Data.Seeding;

/// <summary>A city with what an address and a location need; the seed's rows live in one of them.</summary>
internal sealed record Place(string City, string State, string PostalCode, string Country, decimal Latitude, decimal Longitude);
