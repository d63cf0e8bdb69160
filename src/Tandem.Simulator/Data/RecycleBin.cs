using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Data;

/// <summary>
/// Deletes, brings back and purges records within a transaction, with what that means for those that point to them: by the rule of each
/// reference they go along, hold the delete up or lose the reference. Source: salesforce-api.md, section 10.
/// </summary>
internal sealed class RecycleBin(OrgTransaction transaction)
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(15);

    private readonly ReferenceMap _references = new(transaction.Org);

    // What this transaction has deleted itself is not in the tables' books before it commits.
    private readonly Dictionary<string, List<(ObjectTable Table, Record Record)>> _takenAlong = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectTable, HashSet<string>> _broughtBack = [];
    private Dictionary<string, List<(ObjectTable Table, string Id)>>? _deletedWith;

    public List<SaveResult> Delete(IReadOnlyList<string> ids) => Each(ids, DeleteOne);

    public List<SaveResult> Undelete(IReadOnlyList<string> ids) => Each(ids, (table, record) => transaction.IsDeleted(record)
        ? UndeleteOne(table, record) : Fail("UNDELETE_FAILED", "Entity is not in the recycle bin"));

    public List<SaveResult> HardDelete(IReadOnlyList<string> ids) => Each(ids, (table, record) =>
    {
        if (!transaction.IsDeleted(record) && DeleteOne(table, record) is { IsSuccess: false } failed)
            return failed;
        Purge(table, record);
        return SaveResult.Saved(record.Id, isCreated: false);
    });

    public List<SaveResult> Empty(IReadOnlyList<string> ids) => Each(ids, (table, record) =>
    {
        if (!transaction.IsDeleted(record))
            return Fail("INVALID_ID_FIELD", "Invalid record id; no recycle bin entry found");
        Purge(table, record);
        return SaveResult.Saved(record.Id, isCreated: false);
    });

    /// <summary>Purges what was deleted more than 15 days ago; the delete log forgets it at the same time.</summary>
    public void PurgeExpired()
    {
        var limit = transaction.Stamp - Period;
        foreach (var table in transaction.Org.Tables)
        {
            var expired = table.DeleteLog.FindAll(entry => entry.DeletedDate < limit);
            if (expired.Count == 0)
                continue;
            foreach (var entry in expired)
            {
                if (transaction.TryFind(table, entry.Id, out var record) && transaction.IsDeleted(record))
                    Purge(table, record);
            }

            transaction.AtCommit(() => table.DeleteLog.RemoveAll(entry => entry.DeletedDate < limit));
        }
    }

    private List<SaveResult> Each(IReadOnlyList<string> ids, Func<ObjectTable, Record, SaveResult> work)
    {
        var results = new List<SaveResult>(ids.Count);
        foreach (var text in ids)
        {
            results.Add(!RecordId.TryNormalize(text, out var id) ? SaveResult.Failed(SaveErrors.MalformedId("", text))
                : transaction.Org.FindTableOfId(id) is { } table && transaction.TryFind(table, id, out var record) ? work(table, record)
                : SaveResult.Failed(SaveErrors.InvalidCrossReference([])));
        }

        return results;
    }

    private SaveResult DeleteOne(ObjectTable table, Record record)
    {
        if (!table.Type.IsDeletable || !transaction.Org.AccessOf(transaction.UserId).CanEdit(table.Type))
            return Fail("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id");
        if (transaction.IsDeleted(record))
            return SaveResult.Failed(SaveErrors.EntityIsDeleted());
        var plan = new DeletePlan(transaction, _references);
        if (plan.Make(table, record) is { } error)
            return SaveResult.Failed(error);
        foreach (var (childTable, child, ordinal, parentTable) in plan.Emptied)
            EmptyReference(childTable, child, ordinal, parentTable);
        foreach (var (goneTable, gone, masterId) in plan.Deleted)
            Discard(goneTable, gone, masterId);
        return SaveResult.Saved(record.Id, isCreated: false);
    }

    private void EmptyReference(ObjectTable childTable, Record child, int ordinal, ObjectTable parentTable)
    {
        if (transaction.Values(child)[ordinal] is not string parentId)
            return;
        Write(childTable, child, values => values[ordinal] = null);
        transaction.AtCommit(() =>
        {
            if (!parentTable.EmptiedBy.TryGetValue(parentId, out var emptied))
                parentTable.EmptiedBy[parentId] = emptied = [];
            emptied.Add((childTable, child.Id, ordinal));
        });
    }

    private void Discard(ObjectTable table, Record record, string? masterId)
    {
        if (table.Type.HasRecycleBin)
            Write(table, record, values => values[table.Type.IsDeletedOrdinal] = true);
        else
            transaction.Remove(table, record);
        if (masterId is not null)
            ListOf(_takenAlong, masterId).Add((table, record));
        transaction.AtCommit(() =>
        {
            table.DeleteLog.Add(new DeletedEntry(record.Id, transaction.Stamp));
            if (masterId is not null && table.Type.HasRecycleBin)
                table.DeletedWith[record.Id] = masterId;
        });
    }

    private SaveResult UndeleteOne(ObjectTable table, Record record)
    {
        var type = table.Type;
        var values = (object?[])transaction.Values(record).Clone();
        for (var ordinal = 0; ordinal < values.Length; ordinal++)
        {
            var field = type.Fields[ordinal];
            if (field.IsUnique && table.IndexOf(ordinal)?.Find(values[ordinal]) is [var other, ..])
                return SaveResult.Failed(SaveErrors.Duplicate(field.Name, other.Id));
            if (field.OnDelete == DeleteRule.Keep || values[ordinal] is not string parentId || field.ReferenceTo.Count == 0
                || IsLive(parentId))
                continue;
            if (field.IsMasterDetail)
                return Fail("UNDELETE_FAILED", $"The record that {field.Name} points to must be undeleted first");
            values[ordinal] = null;
        }

        values[type.IsDeletedOrdinal] = false;
        if (type.OrdinalOf("MasterRecordId") is >= 0 and var master)
            values[master] = null;
        transaction.Derive(table, values, transaction.Values(record), _ => true);
        transaction.Touch(table, values);
        transaction.Update(table, record, values);
        transaction.AtCommit(() =>
        {
            table.DeletedWith.Remove(record.Id);
            table.EmptiedBy.Remove(record.Id);
        });
        ForgetDelete(table, record.Id);
        foreach (var (detailTable, detail) in DetailsDeletedWith(record.Id))
        {
            if (transaction.IsDeleted(detail))
                UndeleteOne(detailTable, detail);
        }

        foreach (var (childTable, childId, ordinal) in table.EmptiedBy.GetValueOrDefault(record.Id) ?? [])
        {
            if (transaction.TryFind(childTable, childId, out var child) && !transaction.IsDeleted(child)
                && transaction.Values(child)[ordinal] is null)
                Write(childTable, child, restored => restored[ordinal] = record.Id);
        }

        return SaveResult.Saved(record.Id, isCreated: false);
    }

    private void Purge(ObjectTable table, Record record)
    {
        if (!transaction.TryFind(table, record.Id, out _))
            return;
        transaction.Remove(table, record);
        transaction.AtCommit(() =>
        {
            table.DeletedWith.Remove(record.Id);
            table.EmptiedBy.Remove(record.Id);
        });
        foreach (var (detailTable, detail) in DetailsDeletedWith(record.Id))
            Purge(detailTable, detail);
    }

    private List<(ObjectTable Table, Record Record)> DetailsDeletedWith(string masterId)
    {
        List<(ObjectTable Table, Record Record)> details = [.. _takenAlong.GetValueOrDefault(masterId) ?? []];
        foreach (var (table, id) in DeletedWith().GetValueOrDefault(masterId) ?? [])
        {
            if (table.Find(id) is { } record)
                details.Add((table, record));
        }

        return details;
    }

    /// <summary>The tables' books by master. They stand still until this transaction commits, so one look serves all rows of a
    /// call.</summary>
    private Dictionary<string, List<(ObjectTable Table, string Id)>> DeletedWith()
    {
        if (_deletedWith is not null)
            return _deletedWith;
        _deletedWith = new Dictionary<string, List<(ObjectTable Table, string Id)>>(StringComparer.Ordinal);
        foreach (var table in transaction.Org.Tables)
        {
            foreach (var (id, masterId) in table.DeletedWith)
                ListOf(_deletedWith, masterId).Add((table, id));
        }

        return _deletedWith;
    }

    /// <summary>Takes a record out of the delete log with the commit: one walk over the log for all records of a call.</summary>
    private void ForgetDelete(ObjectTable table, string id)
    {
        if (_broughtBack.TryGetValue(table, out var ids))
        {
            ids.Add(id);
            return;
        }

        _broughtBack[table] = ids = new HashSet<string>(StringComparer.Ordinal) { id };
        transaction.AtCommit(() => table.DeleteLog.RemoveAll(entry => ids.Contains(entry.Id)));
    }

    private static List<T> ListOf<T>(Dictionary<string, List<T>> lists, string key)
    {
        if (!lists.TryGetValue(key, out var list))
            lists[key] = list = [];
        return list;
    }

    private bool IsLive(string id) => transaction.Org.FindTableOfId(id) is { } table && transaction.TryFind(table, id, out var record)
        && !transaction.IsDeleted(record);

    private void Write(ObjectTable table, Record record, Action<object?[]> change)
    {
        var values = (object?[])transaction.Values(record).Clone();
        change(values);
        transaction.Touch(table, values);
        transaction.Update(table, record, values);
    }

    private static SaveResult Fail(string code, string message) =>
        SaveResult.Failed(new SaveError { StatusCode = code, Message = message });
}
