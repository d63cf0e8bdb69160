using Tandem.Simulator.Data;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Soql;

/// <summary>
/// A statement bound to the org's objects, ready to run. Made by <see cref="QueryBinder"/>; run by the query and bulk endpoints, one run
/// at a time.
/// </summary>
internal sealed record BoundQuery
{
    private const int MostGroups = 2000;

    public required SoqlQuery Query { get; init; }

    public required ObjectTable Table { get; init; }

    public required IRecordView View { get; init; }

    /// <summary>The selected fields in order; empty for COUNT() and aggregate queries.</summary>
    public required IReadOnlyList<BoundField> Columns { get; init; }

    /// <summary>How rows are put together; null for a query of rows.</summary>
    public required GroupPlan? Groups { get; init; }

    public required RecordShape Shape { get; init; }

    public required IReadOnlyList<Join> Joins { get; init; }

    public required IReadOnlyList<ChildQuery> Children { get; init; }

    public required IReadOnlyList<OrderKey> OrderKeys { get; init; }

    public required Func<object?[], bool>? Where { get; init; }

    public required IReadOnlyList<SemiJoin> SemiJoins { get; init; }

    /// <summary>The only records that can match; null when all must be looked at.</summary>
    public required RecordSeek? Seek { get; init; }

    public bool IsCount => Query.Select[0].Kind == SelectKind.CountRows;

    /// <summary>True for a query whose rows are groups, with or without aggregates.</summary>
    public bool IsAggregate => Groups is not null;

    /// <summary>Runs the query on the records as they are now; rows in the recycle bin take part only when asked for.</summary>
    public QueryResult Run(bool includeDeleted)
    {
        if (Table.Type.IsCompact && IsWhole)
            return TakeAll(includeDeleted);

        // Without an order any rows will do, so that looking can end with the last one wanted.
        var isOpen = Groups is null && Query.OrderBy.Count == 0 && Query.Limit is not null;
        var most = isOpen ? (Query.Limit ?? 0) + (long)(Query.Offset ?? 0) : long.MaxValue;
        if (IsCount && Groups is null)
            return new QueryResult { Shape = Shape, TotalSize = Cut(Matches(includeDeleted, most).Count()).Count, Rows = [] };
        var matches = Match(includeDeleted, most);
        return Groups is not null ? FinishGroups(Groups, matches) : Finish([matches], includeDeleted)[0];
    }

    /// <summary>True for a query of every record's own fields, or their number, in any order.</summary>
    private bool IsWhole => Groups is null && Where is null && Seek is null
        && SemiJoins.Count == 0 && Joins.Count == 0 && Children.Count == 0
        && Query is { OrderBy.Count: 0, Limit: null, Offset: null };

    /// <summary>Neither counts nor keeps what nobody has looked at.</summary>
    private QueryResult TakeAll(bool includeDeleted)
    {
        var records = View.Records(Table).Where(record => includeDeleted || !record.IsDeleted);
        if (IsCount)
            return new QueryResult { Shape = Shape, TotalSize = records.Count(), Rows = [] };
        object[] images = [.. records.Select(record => record.Image)];
        return new QueryResult { Shape = Shape, TotalSize = images.Length, Rows = new SnapshotRows(images) };
    }

    /// <summary>The values of the records that meet the conditions, in no order and at most so many.</summary>
    internal List<object?[]> Match(bool includeDeleted, long most = long.MaxValue) => [.. Matches(includeDeleted, most)];

    private IEnumerable<object?[]> Matches(bool includeDeleted, long most)
    {
        foreach (var join in SemiJoins)
            join.Run(includeDeleted);

        var deletedOrdinal = includeDeleted ? -1 : Table.Type.IsDeletedOrdinal;
        var records = Seek?.Find(View, Table, includeDeleted) ?? View.Records(Table);
        var found = 0L;
        foreach (var record in records)
        {
            if (found >= most)
                break;
            var values = record.Values;
            if (deletedOrdinal >= 0 && values[deletedOrdinal] is true)
                continue;
            if (Where is not null && !Where(values))
                continue;
            found++;
            yield return values;
        }
    }

    /// <summary>Sorts, cuts and joins the matches of each family: the whole query is one, the children of each parent are one.</summary>
    internal QueryResult[] Finish(IReadOnlyList<List<object?[]>> families, bool includeDeleted)
    {
        var sorter = new RowSorter(OrderKeys);
        var sorted = new object?[families.Count][][];
        for (var family = 0; family < sorted.Length; family++)
        {
            object?[][] matches = [.. families[family]];
            sorter.Sort(matches);
            var (first, count) = Cut(matches.Length);
            sorted[family] = count == matches.Length ? matches : matches.AsSpan(first, count).ToArray();
        }

        var children = Children.Count > 0 ? RunChildren(sorted, includeDeleted) : [];
        var results = new QueryResult[sorted.Length];
        var place = 0;
        for (var family = 0; family < sorted.Length; family++)
        {
            var rows = new QueryRow[sorted[family].Length];
            for (var at = 0; at < rows.Length; at++, place++)
            {
                var values = sorted[family][at];
                rows[at] = new QueryRow(values, FollowJoins(values), children.Length > 0 ? ChildrenAt(children, place) : null);
            }

            results[family] = new QueryResult { Shape = Shape, TotalSize = rows.Length, Rows = rows };
        }

        return results;
    }

    private QueryResult?[][] RunChildren(object?[][][] families, bool includeDeleted)
    {
        string[] ids = [.. families.SelectMany(family => family).Select(values => (string?)values[0] ?? "")];
        return [.. Children.Select(child => child.Run(ids, includeDeleted))];
    }

    private static QueryResult?[] ChildrenAt(QueryResult?[][] children, int place) => [.. children.Select(results => results[place])];

    private QueryResult FinishGroups(GroupPlan plan, List<object?[]> matches)
    {
        object?[][] groups = [.. plan.Run(matches)];
        new RowSorter(OrderKeys).Sort(groups);
        var (first, count) = Cut(groups.Length);
        if (count > MostGroups)
        {
            throw new ApiException(400, "EXCEEDED_ID_LIMIT",
                "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch");
        }

        var rows = new QueryRow[count];
        for (var place = 0; place < count; place++)
        {
            var group = groups[first + place];
            rows[place] = new QueryRow([.. plan.Outputs.Select(output => output.Read(group))], null);
        }

        return new QueryResult { Shape = Shape, TotalSize = count, Rows = rows };
    }

    private (int First, int Count) Cut(int found)
    {
        var first = Math.Min(Query.Offset ?? 0, found);
        return (first, Math.Min(Query.Limit ?? int.MaxValue, found - first));
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
