namespace Tandem.Simulator.Soql;

/// <summary>An aggregate over all rows of a query without GROUP BY; nulls do not take part.</summary>
internal sealed record Aggregate
{
    public required SelectKind Kind { get; init; }

    public required BoundField Field { get; init; }

    public required string Name { get; init; }

    public object? Compute(IEnumerable<object?[]> rows)
    {
        var values = rows.Select(Field.Read).OfType<object>();
        return Kind switch
        {
            SelectKind.Count => values.Count(),
            SelectKind.Min => values.Min(ValueOrder),
            SelectKind.Max => values.Max(ValueOrder),
            SelectKind.Sum => Numbers(values) is { Count: > 0 } numbers ? numbers.Sum() : null,
            SelectKind.Average => Numbers(values) is { Count: > 0 } numbers ? numbers.Average() : null,
            _ => throw new InvalidOperationException($"{Kind} is no aggregate."),
        };
    }

    private static Comparer<object> ValueOrder { get; } = Comparer<object>.Create((left, right) =>
        left is string one && right is string other
            ? string.Compare(one, other, StringComparison.OrdinalIgnoreCase)
            : Comparer<object>.Default.Compare(left, right));

    private static List<decimal> Numbers(IEnumerable<object> values) =>
        [.. values.Select(value => value switch { decimal number => number, int number => number, long number => number, _ => 0m })];
}
