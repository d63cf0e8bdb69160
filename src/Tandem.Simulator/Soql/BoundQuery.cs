using Tandem.Simulator.Data;

namespace Tandem.Simulator.Soql;

/// <summary>
/// A statement bound to the org's objects, ready to run any number of times. Made by <see cref="QueryBinder"/>; run by the query and
/// bulk endpoints.
/// </summary>
internal sealed record BoundQuery
{
    public required SoqlQuery Query { get; init; }

    public required ObjectTable Table { get; init; }

    /// <summary>The selected fields in order; empty for COUNT() and aggregates.</summary>
    public required IReadOnlyList<BoundField> Columns { get; init; }

    public required IReadOnlyList<Aggregate> Aggregates { get; init; }

    public required RecordShape Shape { get; init; }

    public required IReadOnlyList<Join> Joins { get; init; }

    public required IReadOnlyList<OrderKey> OrderKeys { get; init; }

    public required Func<object?[], bool>? Where { get; init; }

    /// <summary>The only ids that can match; null when all records must be looked at.</summary>
    public required IReadOnlyCollection<string>? Ids { get; init; }

    public bool IsCount => Query.Select[0].Kind == SelectKind.CountRows;

    /// <summary>Runs the query on the records as they are now; rows in the recycle bin take part only when asked for.</summary>
    public QueryResult Run(bool includeDeleted)
    {
        var matches = Match(includeDeleted);
        if (Aggregates.Count > 0)
        {
            object?[] values = [.. Aggregates.Select(aggregate => aggregate.Compute(matches))];
            return new QueryResult { Shape = Shape, TotalSize = 1, Rows = [new QueryRow(values, null)] };
        }

        var first = Math.Min(Query.Offset ?? 0, matches.Count);
        var count = Math.Min(Query.Limit ?? int.MaxValue, matches.Count - first);
        if (IsCount)
            return new QueryResult { Shape = Shape, TotalSize = count, Rows = [] };

        object?[][] sorted = [.. matches];
        new RowSorter(OrderKeys).Sort(sorted);
        var rows = new QueryRow[count];
        for (var place = 0; place < count; place++)
            rows[place] = new QueryRow(sorted[first + place], FollowJoins(sorted[first + place]));
        return new QueryResult { Shape = Shape, TotalSize = count, Rows = rows };
    }

    private List<object?[]> Match(bool includeDeleted)
    {
        var deletedOrdinal = includeDeleted ? -1 : Table.Type.OrdinalOf("IsDeleted");
        var records = Ids is null ? Table.Records : Ids.Select(Table.Find).OfType<Record>();
        var matches = new List<object?[]>();
        foreach (var record in records)
        {
            var values = record.Values;
            if (deletedOrdinal >= 0 && values[deletedOrdinal] is true)
                continue;
            if (Where is null || Where(values))
                matches.Add(values);
        }

        return matches;
    }

    private object?[]?[]? FollowJoins(object?[] values)
    {
        if (Joins.Count == 0)
            return null;

        var parents = new object?[]?[Joins.Count];
        for (var slot = 0; slot < parents.Length; slot++)
        {
            var from = Joins[slot].FromSlot;
            parents[slot] = Joins[slot].Follow(from == RowSource.OwnSlot ? values : parents[from]);
        }

        return parents;
    }
}
