using System.Text.RegularExpressions;
using Tandem.Simulator.Data.Seeding;

namespace Tandem.Simulator.Control;

/// <summary>A rule at work: it counts the calls that fit it and picks those that go wrong. Only touched under its board's lock.</summary>
internal sealed class ArmedFault(FaultRule rule)
{
    private const int Die = 1_000_000;
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    private readonly SeedRandom _random = new(rule.Seed);
    private readonly Regex _path = new("^" + Regex.Escape(rule.Path).Replace("\\*", ".*", StringComparison.Ordinal) + "$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTime);
    private int _matches;
    private int _hits;

    public FaultRule Rule { get; } = rule;

    public FaultReport Report => new() { Rule = Rule, Matches = _matches, Hits = _hits };

    /// <summary>Counts a call, and tells whether it goes wrong.</summary>
    public bool Takes(string method, string path)
    {
        if ((Rule.Method is { } only && !only.Equals(method, StringComparison.OrdinalIgnoreCase)) || !_path.IsMatch(path))
            return false;
        _matches++;

        // The die is cast for every call that fits, so that the pick does not depend on what came before.
        var isPicked = Rule.Rate >= 1 || _random.Next(Die) < Rule.Rate * Die;
        if (_matches <= Rule.After || _hits >= Rule.Times || !isPicked)
            return false;
        _hits++;
        return true;
    }
}
