using System.Globalization;

namespace Tandem.Simulator.Control;

/// <summary>The faults that calls to the org meet, at every door; tests and the control plane set them.</summary>
public sealed class FaultBoard
{
    private readonly Lock _lock = new();
    private readonly List<ArmedFault> _faults = [];
    private int _lastNumber;

    /// <summary>All rules in the order in which they are tried.</summary>
    public IReadOnlyList<FaultReport> List()
    {
        lock (_lock)
            return [.. _faults.Select(fault => fault.Report)];
    }

    /// <summary>Adds a rule behind the others, or in the place of the one with its id, and gives the id.</summary>
    public string Add(FaultRule rule)
    {
        if (rule.After < 0 || rule.Times < 0 || rule.Latency < TimeSpan.Zero || rule.Rate is not (>= 0 and <= 1))
            throw new ArgumentException("The counts and the latency of a fault are not negative, its rate is from 0 to 1.", nameof(rule));
        if (rule.Status is < 200 or > 599)
            throw new ArgumentException($"The status of a fault is from 200 to 599, found {rule.Status}.", nameof(rule));
        lock (_lock)
        {
            var named = rule.Id.Length > 0 ? rule : rule with { Id = (++_lastNumber).ToString(CultureInfo.InvariantCulture) };
            var fault = new ArmedFault(named);
            var place = _faults.FindIndex(other => other.Rule.Id.Equals(named.Id, StringComparison.Ordinal));
            if (place >= 0)
                _faults[place] = fault;
            else
                _faults.Add(fault);
            return named.Id;
        }
    }

    /// <summary>False when there is no such rule.</summary>
    public bool Remove(string id)
    {
        lock (_lock)
            return _faults.RemoveAll(fault => fault.Rule.Id.Equals(id, StringComparison.Ordinal)) > 0;
    }

    public void Clear()
    {
        lock (_lock)
            _faults.Clear();
    }

    /// <summary>Counts a call that comes by other ways than HTTP, and tells whether it meets a fault.</summary>
    public bool Meets(string method, string path) => Take(method, path).Count > 0;

    /// <summary>The faults that a call meets: all delays up to the first rule that does something else, and that one.</summary>
    internal IReadOnlyList<FaultRule> Take(string method, string path)
    {
        lock (_lock)
        {
            if (_faults.Count == 0)
                return [];
            var taken = new List<FaultRule>();
            foreach (var fault in _faults)
            {
                if (!fault.Takes(method, path))
                    continue;
                taken.Add(fault.Rule);
                if (fault.Rule.Kind != FaultKind.Delay)
                    break;
            }

            return taken;
        }
    }
}
