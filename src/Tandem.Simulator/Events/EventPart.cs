namespace Tandem.Simulator.Events;

/// <summary>A part of a compound in an event: its key there (<c>City</c>) and the ordinal of the field that holds it
/// (<c>BillingCity</c>).</summary>
internal sealed record EventPart(string Key, int Ordinal);
