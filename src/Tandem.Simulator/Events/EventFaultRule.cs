namespace Tandem.Simulator.Events;

/// <summary>A fault that is in force, with the count of the events that met it. <see cref="EventFaults"/> keeps it, under its
/// lock.</summary>
internal sealed class EventFaultRule(string id, EventFault fault)
{
    private int _seen;
    private double _due;

    public string Id { get; } = id;

    public EventFault Fault { get; } = fault;

    public int Hits { get; private set; }

    /// <summary>Whether this event suffers; every event that matches must be asked about once.</summary>
    public bool Takes()
    {
        if (++_seen <= Fault.After || Hits >= Fault.Times)
            return false;
        _due += Fault.Rate;

        // A hair below one: ten times a tenth must make one.
        if (_due < 1 - 1e-9)
            return false;
        _due -= 1;
        Hits++;
        return true;
    }
}
