namespace Tandem.Simulator.Control;

/// <summary>
/// The calls that the org has answered: the last ones one by one, all since the reset by their resource. Tests read here how many API
/// calls a piece of work costs. A call stands here before its client sees the answer.
/// </summary>
public sealed class CallLog
{
    /// <summary>As many calls are kept one by one; older ones are only counted.</summary>
    public const int Capacity = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<CallEntry> _entries = new();
    private readonly Dictionary<(string Method, string Route), RouteCount> _counts = [];
    private long _lastNumber;

    /// <summary>What the calls since the reset took of the day's allowance.</summary>
    public int Cost
    {
        get
        {
            lock (_lock)
                return _counts.Values.Sum(count => count.Cost);
        }
    }

    /// <summary>The calls that are kept one by one, oldest first.</summary>
    public IReadOnlyList<CallEntry> Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    /// <summary>The calls since the reset by resource, most called first.</summary>
    public IReadOnlyList<RouteCount> Counts
    {
        get
        {
            lock (_lock)
                return [.. _counts.Values.OrderByDescending(count => count.Calls).ThenBy(count => count.Route, StringComparer.Ordinal)];
        }
    }

    public void Reset()
    {
        lock (_lock)
        {
            _entries.Clear();
            _counts.Clear();
        }
    }

    /// <summary>Adds a call; the log numbers it.</summary>
    internal void Add(CallEntry entry)
    {
        lock (_lock)
        {
            if (_entries.Count == Capacity)
                _entries.Dequeue();
            _entries.Enqueue(entry with { Number = ++_lastNumber });
            var count = _counts.GetValueOrDefault((entry.Method, entry.Route),
                new RouteCount { Method = entry.Method, Route = entry.Route });
            _counts[(entry.Method, entry.Route)] = count with
            {
                Calls = count.Calls + 1,
                Errors = count.Errors + (entry.Status is 0 or >= 400 ? 1 : 0),
                Cost = count.Cost + entry.Cost,
            };
        }
    }
}
