using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>Tells which changes belong to a run, as they come.</summary>
internal sealed class RunMembers(MappedObject mapped, WriteOperation operation)
{
    private readonly HashSet<int> _rows = [];
    private readonly HashSet<SalesforceId> _records = [];
    private readonly HashSet<string> _identifiers = new(StringComparer.OrdinalIgnoreCase);
    private readonly OwnParents _parents = new(mapped);

    /// <summary>
    /// False for a change of another table or operation, of a row or a record that is among them already, and of a child of one of them.
    /// Two rows may stand for one record: a poll can bring in what an insert made before that is settled (remove_twins.sql).
    /// </summary>
    public bool TryAdd(Change change)
    {
        if (change.Table != mapped.Table.Name || ChangeBatches.Choose(mapped, change) != operation || _rows.Contains(change.RecordId))
            return false;
        SalesforceId? record = SalesforceId.TryParse(change.Sfid, out var known) ? known : null;
        if (record is { } named && _records.Contains(named))
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
        _rows.Add(change.RecordId);
        if (record is { } added)
            _records.Add(added);
        return true;
    }
}
