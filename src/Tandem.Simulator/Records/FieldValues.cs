using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Tandem.Simulator.Records;

/// <summary>
/// The values of a draft by the place of their field, in the order given. A record brings a few dozen at most, for which two short
/// arrays are quicker to fill, to search and to forget than a hash table. Made by <see cref="DraftReader"/>.
/// </summary>
internal sealed class FieldValues(int capacity) : IReadOnlyDictionary<int, object?>
{
    private int[] _ordinals = new int[Math.Max(capacity, 4)];
    private object?[] _values = new object?[Math.Max(capacity, 4)];

    public int Count { get; private set; }

    public IEnumerable<int> Keys => _ordinals.Take(Count);

    public IEnumerable<object?> Values => _values.Take(Count);

    public object? this[int key] => TryGetValue(key, out var value) ? value
        : throw new KeyNotFoundException($"The draft brings no value for the field at {key}.");

    public static FieldValues Of(IReadOnlyDictionary<int, object?> values)
    {
        if (values is FieldValues same)
            return same;
        var copy = new FieldValues(values.Count);
        foreach (var (ordinal, value) in values)
            copy.Set(ordinal, value);
        return copy;
    }

    public int OrdinalAt(int place) => _ordinals[place];

    public object? ValueAt(int place) => _values[place];

    /// <summary>Sets a value; the last one of a field wins.</summary>
    public void Set(int ordinal, object? value)
    {
        var place = Array.IndexOf(_ordinals, ordinal, 0, Count);
        if (place < 0)
        {
            if (Count == _ordinals.Length)
            {
                Array.Resize(ref _ordinals, Count * 2);
                Array.Resize(ref _values, Count * 2);
            }

            place = Count++;
            _ordinals[place] = ordinal;
        }

        _values[place] = value;
    }

    /// <summary>The same values without those of one field.</summary>
    public FieldValues Without(int ordinal)
    {
        if (!ContainsKey(ordinal))
            return this;
        var rest = new FieldValues(Count);
        for (var place = 0; place < Count; place++)
        {
            if (_ordinals[place] != ordinal)
                rest.Set(_ordinals[place], _values[place]);
        }

        return rest;
    }

    /// <summary>The same values and one more, the first to be looked at.</summary>
    public FieldValues With(int ordinal, object? value)
    {
        var more = new FieldValues(Count + 1);
        more.Set(ordinal, value);
        for (var place = 0; place < Count; place++)
        {
            if (_ordinals[place] != ordinal)
                more.Set(_ordinals[place], _values[place]);
        }

        return more;
    }

    public bool ContainsKey(int key) => Array.IndexOf(_ordinals, key, 0, Count) >= 0;

    public bool TryGetValue(int key, [MaybeNullWhen(false)] out object? value)
    {
        var place = Array.IndexOf(_ordinals, key, 0, Count);
        value = place < 0 ? null : _values[place];
        return place >= 0;
    }

    public IEnumerator<KeyValuePair<int, object?>> GetEnumerator()
    {
        for (var place = 0; place < Count; place++)
            yield return new KeyValuePair<int, object?>(_ordinals[place], _values[place]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
