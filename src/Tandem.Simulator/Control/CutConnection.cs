namespace Tandem.Simulator.Control;

/// <summary>Marks a call whose connection ends without an answer: the fault sets it, the call recorder notes the call and cuts.</summary>
internal sealed record CutConnection;
