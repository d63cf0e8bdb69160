using System.Collections.Concurrent;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>The records of one object, live and in the recycle bin, by their 18-character id.</summary>
public sealed class ObjectTable(ObjectType type)
{
    private readonly ConcurrentDictionary<string, Record> _records = new(StringComparer.Ordinal);

    public ObjectType Type { get; } = type;

    public int Count => _records.Count;

    /// <summary>The record with this 18-character id, deleted or not; null when there is none.</summary>
    public Record? Find(string id) => _records.GetValueOrDefault(id);

    /// <summary>All records as they are now, deleted ones too, in no order; safe to walk while others save.</summary>
    public IEnumerable<Record> Records => _records.Select(pair => pair.Value);

    /// <summary>Puts a record in place; used by the org's saves and by the seed.</summary>
    internal void Add(Record record) => _records[record.Id] = record;

    /// <summary>Takes a record away for good.</summary>
    internal void Remove(string id) => _records.TryRemove(id, out _);
}
