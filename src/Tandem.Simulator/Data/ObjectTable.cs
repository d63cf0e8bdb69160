using System.Collections.Concurrent;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>The records of one object, live and in the recycle bin, by their 18-character id.</summary>
public sealed class ObjectTable(ObjectType type)
{
    private readonly ConcurrentDictionary<string, Record> _records = new(StringComparer.Ordinal);
    private readonly RecordList _list = new();
    private readonly KeyIndex?[] _indexes = [.. type.Fields.Select(field =>
        field.Type != FieldType.Id && (field.IsUnique || field.IsIdLookup) ? new KeyIndex(field) : null)];
    private readonly AutoNumber?[] _autoNumbers = [.. type.Fields.Select(field =>
        field.AutoNumberFormat is { } format ? AutoNumber.TryParse(format) : null)];
    private volatile bool _isReplaced;
    private long _lastNumber;

    public ObjectType Type { get; } = type;

    public int Count => _records.Count;

    /// <summary>True once another table has taken this one's place in the org: reads of it go on, saves into it are refused.</summary>
    internal bool IsReplaced => _isReplaced;

    /// <summary>The number of the last id that was given.</summary>
    internal long LastNumber { get => _lastNumber; init => _lastNumber = value; }

    /// <summary>The record with this 18-character id, deleted or not; null when there is none.</summary>
    public Record? Find(string id) => _records.GetValueOrDefault(id);

    /// <summary>All records as they are now, deleted ones too, in the order they came; safe to walk while others save.</summary>
    public IEnumerable<Record> Records => _list.Walk();

    internal DerivedFields Derived { get; } = new(type);

    /// <summary>Deletes of the last 15 days, oldest first; only read and written within the org's gate.</summary>
    internal List<DeletedEntry> DeleteLog { get; } = [];

    /// <summary>Which references to a deleted record its delete emptied, so that bringing it back fills them; within the org's
    /// gate.</summary>
    internal Dictionary<string, List<(ObjectTable Child, string Id, int Ordinal)>> EmptiedBy { get; } = new(StringComparer.Ordinal);

    /// <summary>Which master's delete took a detail along, so that bringing the master back brings it back; within the org's
    /// gate.</summary>
    internal Dictionary<string, string> DeletedWith { get; } = new(StringComparer.Ordinal);

    /// <summary>An empty table for the object in another shape, with the books of this one.</summary>
    internal ObjectTable Successor(ObjectType newType)
    {
        var successor = new ObjectTable(newType) { LastNumber = _lastNumber };
        successor.DeleteLog.AddRange(DeleteLog);
        foreach (var (id, master) in DeletedWith)
            successor.DeletedWith[id] = master;
        foreach (var (id, references) in EmptiedBy)
            successor.EmptiedBy[id] = [.. references];
        return successor;
    }

    /// <summary>Lets the book of emptied references point to the tables that are in the org now; what they no longer have is
    /// forgotten.</summary>
    internal void RebindEmptied(Func<string, ObjectTable?> find)
    {
        foreach (var references in EmptiedBy.Values)
        {
            for (var at = references.Count - 1; at >= 0; at--)
            {
                var (child, id, ordinal) = references[at];
                if (ReferenceEquals(find(child.Type.Name), child))
                    continue;
                if (find(child.Type.Name) is { } now && now.Type.OrdinalOf(child.Type.Fields[ordinal].Name) is >= 0 and var place)
                    references[at] = (now, id, place);
                else
                    references.RemoveAt(at);
            }
        }
    }

    internal void MarkReplaced() => _isReplaced = true;

    /// <summary>Puts a record in place; used by the org's saves and by the seed.</summary>
    internal void Add(Record record)
    {
        AddIndexed(record);
        if (record.IsDeleted)
            return;
        for (var ordinal = 0; ordinal < _indexes.Length; ordinal++)
            _indexes[ordinal]?.Add(record[ordinal], record);
    }

    /// <summary>Puts a record in place whose keys a transaction has put into the indexes already.</summary>
    internal void AddIndexed(Record record)
    {
        if (!_records.TryAdd(record.Id, record))
            throw new InvalidOperationException($"A record of {Type.Name} came twice.");
        _list.Add(record);
    }

    /// <summary>Takes a record away for good.</summary>
    internal void Remove(string id)
    {
        if (_records.TryRemove(id, out var record))
            _list.Remove(record);
    }

    /// <summary>The index over a field; null for one that is neither unique nor a look-up field.</summary>
    internal KeyIndex? IndexOf(int ordinal) => _indexes[ordinal];

    /// <summary>Makes the index over a reference when it is first needed, of the committed records; true when it was not there.</summary>
    internal bool AddIndex(int ordinal)
    {
        if (_indexes[ordinal] is not null)
            return false;
        var index = new KeyIndex(Type.Fields[ordinal]);
        foreach (var record in Records)
        {
            if (!record.IsDeleted)
                index.Add(record[ordinal], record);
        }

        _indexes[ordinal] = index;
        return true;
    }

    internal IReadOnlyList<KeyIndex?> Indexes => _indexes;

    /// <summary>The next free id; a number that a rolled back save has taken stays unused, as on the platform.</summary>
    internal string NextId()
    {
        string id;
        do
            id = RecordId.Create(Type.KeyPrefix, ++_lastNumber);
        while (_records.ContainsKey(id));
        return id;
    }

    /// <summary>Fills the auto-numbers of the record that <see cref="NextId"/> has just numbered.</summary>
    internal void FillAutoNumbers(object?[] values)
    {
        for (var ordinal = 0; ordinal < _autoNumbers.Length; ordinal++)
        {
            if (_autoNumbers[ordinal] is { } format)
                values[ordinal] = format.Spell(_lastNumber);
        }
    }
}
