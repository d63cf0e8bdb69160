using System.Globalization;

namespace Tandem.Simulator.Events;

/// <summary>The rules that spoil events before they reach their channels. Tests and the control plane add them; the bus asks about every
/// event. The first rule that takes an event decides.</summary>
public sealed class EventFaults
{
    private readonly Lock _lock = new();
    private readonly List<EventFaultRule> _rules = [];
    private int _lastId;

    public IReadOnlyList<EventFaultState> All
    {
        get
        {
            lock (_lock)
                return _rules.ConvertAll(rule => new EventFaultState { Id = rule.Id, Fault = rule.Fault, Hits = rule.Hits });
        }
    }

    /// <summary>Puts a fault into force and gives the id to remove it by.</summary>
    /// <exception cref="ArgumentException">A rate outside 0 to 1, or a negative count or delay.</exception>
    public string Add(EventFault fault)
    {
        if (fault.Rate is not (>= 0 and <= 1))
            throw new ArgumentException($"The rate of an event fault is a number from 0 to 1, not {fault.Rate}.", nameof(fault));
        if (fault.After < 0 || fault.Times < 0 || fault.Delay < TimeSpan.Zero)
            throw new ArgumentException("The counts and the delay of an event fault are not negative.", nameof(fault));
        lock (_lock)
        {
            var id = (++_lastId).ToString(CultureInfo.InvariantCulture);
            _rules.Add(new EventFaultRule(id, fault));
            return id;
        }
    }

    /// <summary>False when there is no such fault.</summary>
    public bool Remove(string id)
    {
        lock (_lock)
            return _rules.RemoveAll(rule => string.Equals(rule.Id, id, StringComparison.Ordinal)) > 0;
    }

    public void Clear()
    {
        lock (_lock)
            _rules.Clear();
    }

    /// <summary>The fault that an event on its way to these channels suffers; null for none.</summary>
    internal EventFault? For(IEventBody body, IReadOnlyList<EventChannel> channels)
    {
        lock (_lock)
        {
            foreach (var rule in _rules)
            {
                if (IsMeant(rule.Fault, body, channels) && rule.Takes())
                    return rule.Fault;
            }

            return null;
        }
    }

    internal static bool Meets(EventFault fault, EventChannel channel) =>
        fault.Channel is null || fault.Channel.Equals(channel.Name, StringComparison.OrdinalIgnoreCase);

    private static bool IsMeant(EventFault fault, IEventBody body, IReadOnlyList<EventChannel> channels)
    {
        if (fault.Kind == EventFaultKind.Gap && body is not ChangeEvent)
            return false;
        foreach (var channel in channels)
        {
            if (Meets(fault, channel))
                return true;
        }

        return false;
    }
}
