namespace Tandem.Simulator.Events;

/// <summary>A queue that can be searched: what is added last is found by its place, what is oldest is dropped first. The bus keeps
/// events and replay ids in it.</summary>
internal sealed class Retained<T>
{
    private T[] _items = new T[16];
    private int _first;

    public int Count { get; private set; }

    public T this[int place] => _items[(_first + place) & (_items.Length - 1)];

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            var larger = new T[Count * 2];
            for (var place = 0; place < Count; place++)
                larger[place] = this[place];
            _items = larger;
            _first = 0;
        }

        _items[(_first + Count) & (_items.Length - 1)] = item;
        Count++;
    }

    public void DropFirst()
    {
        if (Count == 0)
            throw new InvalidOperationException("There is nothing to drop.");
        Array.Clear(_items, _first, 1);
        _first = (_first + 1) & (_items.Length - 1);
        Count--;
    }

    /// <summary>The first place whose key is greater; the items stand in the order of their keys.</summary>
    public int FirstAfter(long key, Func<T, long> keyOf)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (keyOf(this[middle]) > key)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
