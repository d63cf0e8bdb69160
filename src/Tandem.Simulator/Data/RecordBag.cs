using System.Collections;

namespace Tandem.Simulator.Data;

/// <summary>
/// The records under one key of a <see cref="KeyIndex"/>: in the order in which they came while they are few; of many, the last takes the
/// place of one that goes, so that a master's hundred thousand details can go one by one.
/// </summary>
internal sealed class RecordBag(Record first) : IReadOnlyList<Record>
{
    private const int Few = 64;

    private readonly List<Record> _records = [first];
    private Dictionary<Record, int>? _places;

    public int Count => _records.Count;

    public Record this[int index] => _records[index];

    public void Add(Record record)
    {
        _records.Add(record);
        _places?.TryAdd(record, _records.Count - 1);
    }

    public void Remove(Record record)
    {
        if (_records.Count <= Few)
        {
            _places = null;
            _records.Remove(record);
            return;
        }

        _places ??= _records.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        if (!_places.Remove(record, out var place))
            return;
        var last = _records.Count - 1;
        if (place != last)
        {
            _records[place] = _records[last];
            _places[_records[place]] = place;
        }

        _records.RemoveAt(last);
    }

    public IEnumerator<Record> GetEnumerator() => _records.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
