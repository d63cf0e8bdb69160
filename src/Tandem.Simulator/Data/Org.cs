using System.Collections.Concurrent;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>The org: its objects and their records, in memory. Readers take snapshots and need no lock.</summary>
public sealed class Org
{
    private readonly ConcurrentDictionary<string, ObjectTable> _tables = new(StringComparer.OrdinalIgnoreCase);

    public Org(IEnumerable<ObjectType> types, TimeProvider timeProvider)
    {
        TimeProvider = timeProvider;
        foreach (var type in types)
            _tables[type.Name] = new ObjectTable(type);
    }

    public TimeProvider TimeProvider { get; }

    public IEnumerable<ObjectType> Types => _tables.Values.Select(table => table.Type);

    /// <summary>The table of an object, whatever the letter case of its name; null when the org has none.</summary>
    public ObjectTable? FindTable(string objectName) => _tables.GetValueOrDefault(objectName);
}
