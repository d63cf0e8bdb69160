namespace Tandem.Simulator.Control;

/// <summary>Marks a call whose session a fault ends, where only the door that reads the body finds its token: SOAP's.</summary>
internal sealed class SessionExpiry;
