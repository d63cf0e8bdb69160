namespace Tandem.Simulator.Soql;

/// <summary>An aggregate over the rows of a group, or over all rows of a query without GROUP BY; nulls do not take part.</summary>
internal sealed record Aggregate
{
    public required SoqlFunction Function { get; init; }

    public required BoundField Field { get; init; }

    public object? Compute(IEnumerable<object?[]> rows)
    {
        var values = rows.Select(Field.Read).OfType<object>();
        return Function switch
        {
            SoqlFunction.Count => values.Count(),
            SoqlFunction.CountDistinct => values.Distinct(ValueEquality.Instance).Count(),
            SoqlFunction.Min => values.Min(ValueOrder),
            SoqlFunction.Max => values.Max(ValueOrder),
            SoqlFunction.Sum => Numbers(values) is { Count: > 0 } numbers ? numbers.Sum() : null,
            SoqlFunction.Average => Numbers(values) is { Count: > 0 } numbers ? numbers.Average() : null,
            _ => throw new InvalidOperationException($"{Function} is no aggregate."),
        };
    }

    private static Comparer<object> ValueOrder { get; } = Comparer<object>.Create((left, right) =>
        left is string one && right is string other
            ? string.Compare(one, other, StringComparison.OrdinalIgnoreCase)
            : Comparer<object>.Default.Compare(left, right));

    private static List<decimal> Numbers(IEnumerable<object> values) =>
        [.. values.Select(value => value switch { decimal number => number, int number => number, long number => number, _ => 0m })];
}
