namespace Tandem.Simulator.Events;

/// <summary>A fault in force and how many events have suffered it; the control plane lists them.</summary>
public sealed record EventFaultState
{
    public required string Id { get; init; }

    public required EventFault Fault { get; init; }

    public required int Hits { get; init; }
}
