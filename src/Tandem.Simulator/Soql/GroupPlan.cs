namespace Tandem.Simulator.Soql;

/// <summary>
/// How an aggregate query makes groups of rows. A group is an array: the values of the keys, one flag for each key that is 1 when the
/// group is a subtotal over it, and the aggregates. Outputs, HAVING and ORDER BY read that array. Made by <see cref="GroupBinder"/>.
/// </summary>
internal sealed record GroupPlan
{
    public required IReadOnlyList<BoundField> Keys { get; init; }

    /// <summary>Which keys divide the rows, once for the groups and once more for each level of subtotals.</summary>
    public required IReadOnlyList<IReadOnlyList<bool>> Sets { get; init; }

    public required IReadOnlyList<Aggregate> Aggregates { get; init; }

    /// <summary>The select list, reading from a group; each has its name in the answer as its alias.</summary>
    public required IReadOnlyList<BoundField> Outputs { get; init; }

    public required Func<object?[], bool>? Having { get; init; }

    /// <summary>The groups that HAVING keeps. Without GROUP BY all rows are one group, even when there are none.</summary>
    public List<object?[]> Run(List<object?[]> rows)
    {
        var groups = new List<object?[]>();
        foreach (var set in Sets)
        {
            foreach (var (key, members) in Divide(rows, set))
            {
                var group = new object?[(2 * Keys.Count) + Aggregates.Count];
                key.CopyTo(group, 0);
                for (var place = 0; place < Keys.Count; place++)
                    group[Keys.Count + place] = set[place] ? 0 : 1;
                for (var place = 0; place < Aggregates.Count; place++)
                    group[(2 * Keys.Count) + place] = Aggregates[place].Compute(members);
                if (Having is null || Having(group))
                    groups.Add(group);
            }
        }

        return groups;
    }

    private Dictionary<object?[], List<object?[]>> Divide(List<object?[]> rows, IReadOnlyList<bool> set)
    {
        var groups = new Dictionary<object?[], List<object?[]>>(GroupKeyEquality.Instance);
        if (Keys.Count == 0)
            groups[[]] = rows;
        else
        {
            foreach (var row in rows)
            {
                var key = new object?[Keys.Count];
                for (var place = 0; place < key.Length; place++)
                    key[place] = set[place] ? Keys[place].Read(row) : null;
                if (!groups.TryGetValue(key, out var members))
                    groups[key] = members = [];
                members.Add(row);
            }
        }

        return groups;
    }
}
