using Tandem.Simulator.Data.Seeding;

namespace Tandem.Simulator.Records;

/// <summary>
/// The rules by which rows are refused at random or in turn. Every save of every door asks it for each row, so tests and the control
/// plane can make an org as unwelcoming as a busy one. The same seed refuses the same rows of the same sequence of saves.
/// </summary>
public sealed class SaveFaults(int seed)
{
    private const int Die = 1_000_000;

    private readonly Lock _lock = new();
    private readonly List<Rule> _rules = [];
    private readonly SeedRandom _random = new(seed);
    private volatile bool _isEmpty = true;

    /// <summary>The rules with how many rows each has refused, in the order in which they are asked.</summary>
    public IReadOnlyList<(SaveFault Fault, int Hits)> List()
    {
        lock (_lock)
            return [.. _rules.Select(rule => (rule.Fault, rule.Hits))];
    }

    /// <exception cref="ArgumentException">A rate outside 0 to 1, or a negative count.</exception>
    public void Add(SaveFault fault)
    {
        if (fault.Rate is not (>= 0 and <= 1) || fault.Count < 0)
            throw new ArgumentException("The count of a row fault is not negative, its rate is from 0 to 1.", nameof(fault));
        lock (_lock)
        {
            _rules.Add(new Rule(fault));
            _isEmpty = false;
        }
    }

    /// <summary>False when no rule has the id.</summary>
    public bool Remove(string id)
    {
        lock (_lock)
        {
            var removed = _rules.RemoveAll(rule => string.Equals(rule.Fault.Id, id, StringComparison.Ordinal)) > 0;
            _isEmpty = _rules.Count == 0;
            return removed;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _rules.Clear();
            _isEmpty = true;
        }
    }

    /// <summary>The error for a row about to be saved; null lets it pass.</summary>
    internal SaveError? Find(string objectName)
    {
        if (_isEmpty)
            return null;
        lock (_lock)
        {
            foreach (var rule in _rules)
            {
                if (rule.Refuses(objectName, _random))
                    return new SaveError { StatusCode = rule.Fault.StatusCode, Message = rule.Fault.Message };
            }
        }

        return null;
    }

    private sealed class Rule(SaveFault fault)
    {
        public SaveFault Fault { get; } = fault;

        public int Hits { get; private set; }

        public bool Refuses(string objectName, SeedRandom random)
        {
            if ((Fault.ObjectName is { } name && !name.Equals(objectName, StringComparison.OrdinalIgnoreCase))
                || Hits >= (Fault.Count ?? int.MaxValue) || (Fault.Rate < 1 && random.Next(Die) >= Fault.Rate * Die))
                return false;
            Hits++;
            return true;
        }
    }
}
