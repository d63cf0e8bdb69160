namespace Tandem.Simulator.Soql;

/// <summary>Values that groups and COUNT_DISTINCT take for one: text counts the same in any letter case, which 18-character ids bear.
/// </summary>
internal sealed class ValueEquality : IEqualityComparer<object?>
{
    public static ValueEquality Instance { get; } = new();

    public new bool Equals(object? x, object? y) => x is string one && y is string other
        ? string.Equals(one, other, StringComparison.OrdinalIgnoreCase)
        : object.Equals(x, y);

    public int GetHashCode(object? obj) => obj switch
    {
        null => 0,
        string text => StringComparer.OrdinalIgnoreCase.GetHashCode(text),
        _ => obj.GetHashCode(),
    };
}
