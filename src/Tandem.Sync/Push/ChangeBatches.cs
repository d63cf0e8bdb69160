using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Push;

/// <summary>
/// Takes claimed changes apart without changing their order. A run is what may go side by side: changes of one table and one operation,
/// no record and no unique identifier twice, for Salesforce rejects those in one call. Source: salesforce-api.md, section 2.8.
/// </summary>
internal static class ChangeBatches
{
    /// <summary>The run with which the changes begin, or as much of it as is asked for; there is at least one.</summary>
    public static ChangeBatch TakeRun(
        IReadOnlyList<Change> changes, IReadOnlyDictionary<string, MappedObject> objectsByTable, int most = int.MaxValue)
    {
        var mapped = objectsByTable[changes[0].Table];
        var operation = Choose(mapped, changes[0]);
        var members = new RunMembers(mapped, operation);
        return new ChangeBatch { Mapped = mapped, Operation = operation, Changes = [.. changes.Take(most).TakeWhile(members.TryAdd)] };
    }

    /// <summary>
    /// The record's identity decides: sfid if known, else the unique identifier, else a plain create (contract, section 7).
    /// </summary>
    internal static WriteOperation Choose(MappedObject mapped, Change change) => change.Action switch
    {
        ChangeAction.Delete => change.Sfid is null ? WriteOperation.Unsendable : WriteOperation.Delete,
        _ when change.Sfid is not null => WriteOperation.Update,
        _ when change.HasFailedInsert => WriteOperation.Unsendable,
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
