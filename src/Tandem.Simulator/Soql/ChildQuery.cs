namespace Tandem.Simulator.Soql;

/// <summary>
/// The children that a select list asks for: a query over the children's object, run once for all rows of its parent query and handed
/// out by the reference to the parent. Source: salesforce-api.md, section 2.6.
/// </summary>
internal sealed record ChildQuery
{
    /// <summary>The relationship's name, in the org's spelling.</summary>
    public required string Relationship { get; init; }

    public required BoundQuery Query { get; init; }

    /// <summary>The place of the child's reference to its parent.</summary>
    public required int ReferenceOrdinal { get; init; }

    /// <summary>The children of each parent in order; null for a parent without any.</summary>
    public QueryResult?[] Run(IReadOnlyList<string> parentIds, bool includeDeleted)
    {
        var places = new Dictionary<string, int>(parentIds.Count, StringComparer.Ordinal);
        for (var place = 0; place < parentIds.Count; place++)
            places[parentIds[place]] = place;

        var families = new List<object?[]>[parentIds.Count];
        foreach (var values in Query.Match(includeDeleted))
        {
            if (values[ReferenceOrdinal] is string parent && places.TryGetValue(parent, out var place))
                (families[place] ??= []).Add(values);
        }

        int[] filled = [.. Enumerable.Range(0, families.Length).Where(place => families[place] is not null)];
        var found = Query.Finish([.. filled.Select(place => families[place])], includeDeleted);
        var results = new QueryResult?[parentIds.Count];
        for (var at = 0; at < filled.Length; at++)
            results[filled[at]] = found[at].Rows.Count > 0 ? found[at] : null;
        return results;
    }
}
