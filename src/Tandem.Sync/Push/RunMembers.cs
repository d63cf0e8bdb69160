using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>Tells which changes belong to a run, as they come.</summary>
internal sealed class RunMembers(MappedObject mapped, WriteOperation operation)
{
    private readonly HashSet<int> _records = [];
    private readonly HashSet<string> _identifiers = new(StringComparer.OrdinalIgnoreCase);
    private readonly OwnParents _parents = new(mapped);

    /// <summary>
    /// False for a change of another table or operation, of a record that is among them already, and of a child of one of them.
    /// </summary>
    public bool TryAdd(Change change)
    {
        if (change.Table != mapped.Table.Name || ChangeBatches.Choose(mapped, change) != operation || _records.Contains(change.RecordId))
            return false;
        if (_parents.HasParentOf(change))
            return false;
        if (ChangeBatches.IdentifierOf(mapped, change) is { } identifier)
        {
            if (operation == WriteOperation.Upsert && _identifiers.Contains(identifier))
                return false;
            _identifiers.Add(identifier);
        }

        _parents.Add(change);
        _records.Add(change.RecordId);
        return true;
    }
}
