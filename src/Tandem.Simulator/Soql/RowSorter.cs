using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Sorts records' values by the keys of ORDER BY, one key after the other: each key is packed into a 64-bit number where its type
/// allows, which sorts many times faster than a comparer, and runs of equal keys go on to the next key.
/// </summary>
internal sealed class RowSorter(IReadOnlyList<OrderKey> keys)
{
    private const int ShortRun = 16;
    private const int SharedIdPrefix = 6;
    private const int SignificantIdLength = 15;
    private const int BitsPerIdCharacter = 7;

    private readonly Comparer<object?>[] _comparers = [.. keys.Select(ComparerOf)];

    public void Sort(object?[][] rows) => Sort(rows, 0, rows.Length, 0);

    private void Sort(object?[][] rows, int start, int length, int keyIndex)
    {
        if (length < 2 || keyIndex == keys.Count)
            return;

        if (length <= ShortRun)
        {
            SortByInsertion(rows.AsSpan(start, length), keyIndex);
            return;
        }

        var key = keys[keyIndex];
        var values = new object?[length];
        for (var place = 0; place < length; place++)
            values[place] = key.Read(rows[start + place]);

        var packed = Pack(key, values);
        if (packed is not null)
        {
            SortPacked(packed, rows.AsSpan(start, length));
            SortRuns(rows, start, length, keyIndex, (left, right) => packed[left] == packed[right]);
            return;
        }

        var comparer = _comparers[keyIndex];
        values.AsSpan().Sort(rows.AsSpan(start, length), comparer);
        SortRuns(rows, start, length, keyIndex, (left, right) => comparer.Compare(values[left], values[right]) == 0);
    }

    private void SortRuns(object?[][] rows, int start, int length, int keyIndex, Func<int, int, bool> areEqual)
    {
        for (var first = 0; first < length;)
        {
            var next = first + 1;
            while (next < length && areEqual(first, next))
                next++;
            Sort(rows, start + first, next - first, keyIndex + 1);
            first = next;
        }
    }

    // Moving numbers is cheaper than moving references, of which the garbage collector must hear each time.
    private static void SortPacked(long[] packed, Span<object?[]> rows)
    {
        if (IsSorted(packed))
            return;
        var order = new int[packed.Length];
        for (var place = 0; place < order.Length; place++)
            order[place] = place;
        Array.Sort(packed, order);
        var before = rows.ToArray();
        for (var place = 0; place < order.Length; place++)
            rows[place] = before[order[place]];
    }

    /// <summary>Records come in the order of their ids, which is the order that most queries ask for.</summary>
    private static bool IsSorted(long[] packed)
    {
        for (var place = 1; place < packed.Length; place++)
        {
            if (packed[place] < packed[place - 1])
                return false;
        }

        return true;
    }

    private void SortByInsertion(Span<object?[]> rows, int keyIndex)
    {
        for (var place = 1; place < rows.Length; place++)
        {
            var row = rows[place];
            var hole = place;
            for (; hole > 0 && Compare(row, rows[hole - 1], keyIndex) < 0; hole--)
                rows[hole] = rows[hole - 1];
            rows[hole] = row;
        }
    }

    private int Compare(object?[] left, object?[] right, int keyIndex)
    {
        var result = 0;
        for (; result == 0 && keyIndex < keys.Count; keyIndex++)
            result = _comparers[keyIndex].Compare(keys[keyIndex].Read(left), keys[keyIndex].Read(right));
        return result;
    }

    private static long[]? Pack(OrderKey key, object?[] values)
    {
        var packed = new long[values.Length];
        for (var place = 0; place < values.Length; place++)
        {
            switch (values[place])
            {
                case null: packed[place] = key.AreNullsLast ? long.MaxValue : long.MinValue; continue;
                case DateTime moment: packed[place] = moment.Ticks; break;
                case DateOnly date: packed[place] = date.DayNumber; break;
                case TimeOnly time: packed[place] = time.Ticks; break;
                case bool truth: packed[place] = truth ? 1 : 0; break;
                case int number: packed[place] = number; break;
                case string id when key.Type == FieldType.Id && SharesPrefix(id, values[0]): packed[place] = PackId(id); break;
                default: return null;
            }

            if (key.IsDescending)
                packed[place] = -packed[place];
        }

        return packed;
    }

    private static bool SharesPrefix(string id, object? other) => other is string first
        && id.Length >= SignificantIdLength
        && id.AsSpan(0, SharedIdPrefix).SequenceEqual(first.AsSpan(0, Math.Min(first.Length, SharedIdPrefix)));

    private static long PackId(string id)
    {
        var packed = 0L;
        foreach (var character in id.AsSpan(SharedIdPrefix, SignificantIdLength - SharedIdPrefix))
            packed = (packed << BitsPerIdCharacter) | character;
        return packed;
    }

    private static Comparer<object?> ComparerOf(OrderKey key)
    {
        var ranks = key.PicklistValues.Select((value, rank) => (value, rank))
            .DistinctBy(pair => pair.value, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pair => pair.value, pair => pair.rank, StringComparer.OrdinalIgnoreCase);
        var sign = key.IsDescending ? -1 : 1;
        return Comparer<object?>.Create((left, right) => (left, right) switch
        {
            (null, null) => 0,
            (null, _) => key.AreNullsLast ? 1 : -1,
            (_, null) => key.AreNullsLast ? -1 : 1,
            (string one, string other) when key.Type is FieldType.Id or FieldType.Reference => sign * string.CompareOrdinal(one, other),
            (string one, string other) => sign * CompareText(ranks, one, other),
            (IComparable one, _) => sign * one.CompareTo(right),
            _ => throw new InvalidOperationException($"A value of type {left.GetType()} does not sort."),
        });
    }

    private static int CompareText(Dictionary<string, int> ranks, string one, string other)
    {
        var byRank = ranks.Count == 0
            ? 0
            : ranks.GetValueOrDefault(one, int.MaxValue).CompareTo(ranks.GetValueOrDefault(other, int.MaxValue));
        return byRank != 0 ? byRank : string.Compare(one, other, StringComparison.OrdinalIgnoreCase);
    }
}
