namespace Tandem.Sync.Faults;

/// <summary>A judged failure.</summary>
/// <param name="Sentence">For the operator: what happened and what to do.</param>
public sealed record Fault(FaultAction Action, string Sentence);
