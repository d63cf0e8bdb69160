namespace Tandem.Simulator.Control;

/// <summary>A rule and what became of it so far; the control plane lists them.</summary>
public sealed record FaultReport
{
    public required FaultRule Rule { get; init; }

    /// <summary>Calls that the rule's method and path fit.</summary>
    public required int Matches { get; init; }

    /// <summary>Calls that met the fault.</summary>
    public required int Hits { get; init; }
}
