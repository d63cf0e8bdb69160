using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Cuts claimed changes into batches without changing their order: a batch ends where the table or the operation changes, where a
/// record comes again (Salesforce rejects a record that stands twice in one call), and at 200. Source: salesforce-api.md, section 2.8.
/// </summary>
public static class ChangeBatches
{
    /// <summary>Records that one Collections call takes.</summary>
    public const int MostRecords = 200;

    public static IEnumerable<ChangeBatch> Split(IEnumerable<Change> changes, IReadOnlyDictionary<string, MappedObject> objectsByTable)
    {
        var batch = new List<Change>();
        var records = new HashSet<int>();
        var identifiers = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        MappedObject? mapped = null;
        var operation = WriteOperation.Create;
        foreach (var change in changes)
        {
            var itsObject = objectsByTable[change.Table];
            var itsOperation = Choose(itsObject, change);
            var identifier = IdentifierOf(itsObject, change);
            var isRepeated = records.Contains(change.RecordId)
                || (itsOperation == WriteOperation.Upsert && identifier is not null && identifiers.Contains(identifier));
            if (batch.Count > 0 && (itsObject != mapped || itsOperation != operation || isRepeated || batch.Count == MostRecords))
            {
                yield return new ChangeBatch { Mapped = objectsByTable[batch[0].Table], Operation = operation, Changes = [.. batch] };
                batch.Clear();
                records.Clear();
                identifiers.Clear();
            }

            (mapped, operation) = (itsObject, itsOperation);
            batch.Add(change);
            records.Add(change.RecordId);
            if (identifier is not null)
                identifiers.Add(identifier);
        }

        if (batch.Count > 0)
            yield return new ChangeBatch { Mapped = objectsByTable[batch[0].Table], Operation = operation, Changes = [.. batch] };
    }

    /// <summary>
    /// The record's identity decides: sfid if known, else the unique identifier, else a plain create (contract, section 7).
    /// </summary>
    internal static WriteOperation Choose(MappedObject mapped, Change change) => change.Action switch
    {
        ChangeAction.Delete => change.Sfid is null ? WriteOperation.Unsendable : WriteOperation.Delete,
        _ when change.Sfid is not null => WriteOperation.Update,
        _ when IdentifierOf(mapped, change) is not null => WriteOperation.Upsert,
        ChangeAction.Insert => WriteOperation.Create,
        _ => WriteOperation.Unsendable,
    };

    /// <summary>The value of the unique identifier that the change tells of; null when it tells none.</summary>
    internal static string? IdentifierOf(MappedObject mapped, Change change)
    {
        if (mapped.UniqueIdentifier is not { Column.Name: var column })
            return null;
        if (change.Values.TryGetValue(column, out var value) && value is { Length: > 0 })
            return value;
        return change.Old.TryGetValue(column, out var old) && old is { Length: > 0 } ? old : null;
    }
}
