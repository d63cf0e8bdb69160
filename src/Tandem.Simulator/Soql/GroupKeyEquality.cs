namespace Tandem.Simulator.Soql;

/// <summary>Compares the values by which rows are put together; for <see cref="GroupPlan"/>.</summary>
internal sealed class GroupKeyEquality : IEqualityComparer<object?[]>
{
    public static GroupKeyEquality Instance { get; } = new();

    public bool Equals(object?[]? x, object?[]? y) => x is null || y is null ? x == y : x.SequenceEqual(y, ValueEquality.Instance);

    public int GetHashCode(object?[] obj)
    {
        var hash = default(HashCode);
        foreach (var value in obj)
            hash.Add(value, ValueEquality.Instance);
        return hash.ToHashCode();
    }
}
