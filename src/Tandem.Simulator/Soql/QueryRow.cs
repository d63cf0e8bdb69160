namespace Tandem.Simulator.Soql;

/// <summary>One row of a result: the record's values at the time of the query, for paths to parents theirs, and the children asked for.
/// </summary>
internal readonly record struct QueryRow(object?[] Values, object?[]?[]? Parents, QueryResult?[]? Children = null)
{
    public object? this[RowSource source] =>
        source.Slot == RowSource.OwnSlot ? Values[source.Ordinal] : Parents?[source.Slot]?[source.Ordinal];
}
