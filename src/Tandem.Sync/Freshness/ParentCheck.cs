using Tandem.Salesforce.Soql;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Freshness;

/// <summary>
/// One question about parents, in one of two forms. By path: one query names the stamps of many parents, joined by OR. By semi-join: one
/// query for one path, for lookups to several objects, for long paths, and where the org took too long over the first form.
/// Source: salesforce-api.md, section 4.
/// </summary>
public sealed record ParentCheck
{
    /// <summary>Names the question's stored progress.</summary>
    public required string Key { get; init; }

    public required IReadOnlyList<RelationshipPath> Paths { get; init; }

    /// <summary>Then <see cref="Paths"/> holds one.</summary>
    public required bool IsSemiJoin { get; init; }

    /// <summary>True for the rows that have a parent changed at that moment or later.</summary>
    public string Condition(DateTime since)
    {
        var stamp = SoqlText.DateTime(new DateTimeOffset(since, TimeSpan.Zero));
        if (!IsSemiJoin)
            return string.Join(" OR ", Paths.Select(path => $"{Stamp(path.Hops)} >= {stamp}"));
        var (left, target, right) = Split();
        return $"{left} IN (SELECT Id FROM {target} WHERE {right} >= {stamp})";
    }

    /// <summary>
    /// A query of one row: the newest stamp of each kind of changed parent, as <c>s0</c>, <c>s1</c> and so on, all null when none
    /// changed. It costs one call and no rows.
    /// </summary>
    public string Probe(MappedObject mapped, DateTime since)
    {
        if (!IsSemiJoin)
            return mapped.Select(string.Join(',', Paths.Select((path, at) => $"MAX({Stamp(path.Hops)}) s{at}")), Condition(since));
        var (_, target, right) = Split();
        return $"SELECT MAX({right}) s0 FROM {target} WHERE {right} >= {SoqlText.DateTime(new DateTimeOffset(since, TimeSpan.Zero))}";
    }

    private static string Stamp(IEnumerable<Hop> hops) =>
        SoqlText.Identifier(string.Join('.', hops.Select(hop => hop.Relationship).Append("SystemModstamp")));

    private (string Left, string Target, string Right) Split()
    {
        var hops = Paths[0].Hops;
        var at = Paths[0].SemiJoinHop ?? throw new InvalidOperationException($"No query reaches {Paths[0].Name}.");
        var left = hops.Take(at).Select(hop => hop.Relationship).Append(hops[at].LookupField);
        return (SoqlText.Identifier(string.Join('.', left)), SoqlText.Identifier(hops[at].Target), Stamp(hops.Skip(at + 1)));
    }
}
