namespace Tandem.Simulator.Events;

/// <summary>A rule that spoils events: which, how, and how often. The control plane adds it to <see cref="EventFaults"/>.</summary>
public sealed record EventFault
{
    public required EventFaultKind Kind { get; init; }

    /// <summary>The channel that suffers, such as <c>/data/ChangeEvents</c>; null means all channels of the event.</summary>
    public string? Channel { get; init; }

    /// <summary>Events to let through first.</summary>
    public int After { get; init; }

    /// <summary>How many events suffer; null means no end.</summary>
    public int? Times { get; init; }

    /// <summary>The share of the events that suffers, from 0 to 1, evenly spread.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>For <see cref="EventFaultKind.Delay"/>: how long, by the org's clock.</summary>
    public TimeSpan Delay { get; init; }
}
