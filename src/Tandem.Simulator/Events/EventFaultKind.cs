namespace Tandem.Simulator.Events;

/// <summary>What a fault does to an event on its way to a channel.</summary>
public enum EventFaultKind
{
    /// <summary>It never arrives.</summary>
    Drop,

    /// <summary>It arrives a second time, with the same EventUuid and another replay id.</summary>
    Duplicate,

    /// <summary>It arrives later, behind the events that came meanwhile.</summary>
    Delay,

    /// <summary>It arrives as a GAP event, without fields; only change events can.</summary>
    Gap,
}
