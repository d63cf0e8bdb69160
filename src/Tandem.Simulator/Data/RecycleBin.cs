using Tandem.Simulator.Records;

namespace Tandem.Simulator.Data;

/// <summary>
/// Deletes, brings back and purges records within a transaction, with what that means for their children: details go and come with
/// their master, look-ups to a deleted record are emptied. Source: salesforce-api.md, section 10.
/// </summary>
internal sealed class RecycleBin(OrgTransaction transaction)
{
    private static readonly TimeSpan LogPeriod = TimeSpan.FromDays(15);

    private readonly List<(string MasterId, ObjectTable Table, Record Record)> _takenAlong = [];

    public List<SaveResult> Delete(IReadOnlyList<string> ids)
    {
        var found = ids.Select(Find).ToList();
        var children = found.Where(row => row.Record is not null).GroupBy(row => row.Table)
            .ToDictionary(group => group.Key, group => ChildrenOf(group.Key, group.Select(row => row.Id)
                .ToHashSet(StringComparer.Ordinal)));
        return found.ConvertAll(row => row.Record is null || row.Error is not null
            ? SaveResult.Failed(row.Error ?? SaveErrors.InvalidCrossReference([]))
            : DeleteOne(row.Table, row.Record, children[row.Table], null));
    }

    public List<SaveResult> Undelete(IReadOnlyList<string> ids) => ids.Select(Find).Select(row =>
    {
        if (row.Record is null || row.Error is not null)
            return SaveResult.Failed(row.Error ?? SaveErrors.InvalidCrossReference([]));
        if (!transaction.IsDeleted(row.Record))
            return SaveResult.Failed(new SaveError { StatusCode = "UNDELETE_FAILED", Message = "Entity is not in the recycle bin" });
        return UndeleteOne(row.Table, row.Record);
    }).ToList();

    public List<SaveResult> HardDelete(IReadOnlyList<string> ids) => ids.Select(Find).Select(row =>
    {
        if (row.Record is null || row.Error is not null)
            return SaveResult.Failed(row.Error ?? SaveErrors.InvalidCrossReference([]));
        if (!transaction.IsDeleted(row.Record))
        {
            var deleted = DeleteOne(row.Table, row.Record, ChildrenOf(row.Table,
                new HashSet<string>(StringComparer.Ordinal) { row.Id }), null);
            if (!deleted.IsSuccess)
                return deleted;
        }

        Purge(row.Table, row.Record);
        return SaveResult.Saved(row.Id, isCreated: false);
    }).ToList();

    private FoundRow Find(string text)
    {
        if (!RecordId.TryNormalize(text, out var id))
            return new FoundRow(text, null, null, SaveErrors.MalformedId("", text));
        var table = transaction.Org.FindTableOfId(id);
        return table is not null && transaction.TryFind(table, id, out var record)
            ? new FoundRow(id, table, record, null)
            : new FoundRow(id, table, null, SaveErrors.InvalidCrossReference([]));
    }

    private SaveResult DeleteOne(ObjectTable table, Record record, Dictionary<string, List<Child>> children, string? master)
    {
        if (!table.Type.IsDeletable || (master is null && !transaction.Org.AccessOf(transaction.UserId).CanEdit(table.Type)))
            return SaveResult.Failed(new SaveError { StatusCode = "INSUFFICIENT_ACCESS_OR_READONLY",
                Message = "insufficient access rights on object id" });
        if (transaction.IsDeleted(record))
            return SaveResult.Failed(SaveErrors.EntityIsDeleted());
        var own = children.GetValueOrDefault(record.Id) ?? [];
        if (own.FirstOrDefault(child => child.IsRequired && !child.IsDetail) is { } holder)
            return SaveResult.Failed(new SaveError
            {
                StatusCode = "DELETE_FAILED",
                Message = $"Your attempt to delete this record could not be completed because {holder.Table.Type.LabelPlural} require it.",
            });

        DeleteDetails(record, own);
        foreach (var child in own.Where(child => !child.IsDetail && !transaction.IsDeleted(child.Record)))
        {
            var emptied = (object?[])transaction.Values(child.Record).Clone();
            emptied[child.Ordinal] = null;
            transaction.Touch(child.Table, emptied);
            transaction.Update(child.Table, child.Record, emptied);
        }

        if (table.Type.HasRecycleBin)
        {
            var values = (object?[])transaction.Values(record).Clone();
            values[table.Type.IsDeletedOrdinal] = true;
            transaction.Touch(table, values);
            transaction.Update(table, record, values);
        }
        else
        {
            transaction.Remove(table, record);
        }

        transaction.AtCommit(() => Log(table, record.Id, master));
        return SaveResult.Saved(record.Id, isCreated: false);
    }

    private void DeleteDetails(Record master, List<Child> children)
    {
        foreach (var group in children.Where(child => child.IsDetail && !transaction.IsDeleted(child.Record)).GroupBy(child => child.Table))
        {
            var grandchildren = ChildrenOf(group.Key, group.Select(child => child.Record.Id).ToHashSet(StringComparer.Ordinal));
            foreach (var child in group)
            {
                if (DeleteOne(child.Table, child.Record, grandchildren, master.Id).IsSuccess)
                    _takenAlong.Add((master.Id, child.Table, child.Record));
            }
        }
    }

    private void Log(ObjectTable table, string id, string? master)
    {
        table.DeleteLog.RemoveAll(entry => entry.DeletedDate < transaction.Stamp - LogPeriod);
        table.DeleteLog.Add(new DeletedEntry(id, transaction.Stamp));
        if (master is not null)
            table.DeletedWith[id] = master;
    }

    private SaveResult UndeleteOne(ObjectTable table, Record record)
    {
        var values = (object?[])transaction.Values(record).Clone();
        for (var ordinal = 0; ordinal < values.Length; ordinal++)
        {
            if (table.Type.Fields[ordinal].IsUnique && table.IndexOf(ordinal)?.Find(values[ordinal]) is [var other, ..])
                return SaveResult.Failed(SaveErrors.Duplicate(table.Type.Fields[ordinal].Name, other.Id));
        }

        values[table.Type.IsDeletedOrdinal] = false;
        transaction.Touch(table, values);
        transaction.Update(table, record, values);
        transaction.AtCommit(() =>
        {
            table.DeleteLog.RemoveAll(entry => string.Equals(entry.Id, record.Id, StringComparison.Ordinal));
            table.DeletedWith.Remove(record.Id);
        });
        foreach (var (detailTable, detail) in DetailsDeletedWith(record.Id))
            UndeleteOne(detailTable, detail);
        return SaveResult.Saved(record.Id, isCreated: false);
    }

    private void Purge(ObjectTable table, Record record)
    {
        transaction.Remove(table, record);
        transaction.AtCommit(() => table.DeletedWith.Remove(record.Id));
        foreach (var (detailTable, detail) in DetailsDeletedWith(record.Id))
            Purge(detailTable, detail);
    }

    private List<(ObjectTable Table, Record Record)> DetailsDeletedWith(string masterId)
    {
        // What this transaction has deleted itself is not in the tables' books before it commits.
        var details = _takenAlong.Where(taken => string.Equals(taken.MasterId, masterId, StringComparison.Ordinal))
            .Select(taken => (taken.Table, taken.Record)).ToList();
        foreach (var table in transaction.Org.Types.Select(type => transaction.Org.FindTable(type.Name)).OfType<ObjectTable>())
        {
            foreach (var id in table.DeletedWith.Where(pair => string.Equals(pair.Value, masterId, StringComparison.Ordinal))
                .Select(pair => pair.Key))
            {
                if (table.Find(id) is { } record)
                    details.Add((table, record));
            }
        }

        return details;
    }

    /// <summary>One walk over each child object finds the children of all records of a call: their number is small, the org's is
    /// not.</summary>
    private Dictionary<string, List<Child>> ChildrenOf(ObjectTable parent, HashSet<string> ids)
    {
        var children = new Dictionary<string, List<Child>>(StringComparer.Ordinal);
        foreach (var table in transaction.Org.Types.Select(type => transaction.Org.FindTable(type.Name)).OfType<ObjectTable>())
        {
            var fields = table.Type.Fields.Select((field, ordinal) => (field, ordinal))
                .Where(pair => pair.field.ReferenceTo.Contains(parent.Type.Name, StringComparer.Ordinal)).ToArray();
            if (fields.Length == 0)
                continue;
            foreach (var record in table.Records)
            {
                var values = transaction.Values(record);
                foreach (var (field, ordinal) in fields)
                {
                    if (values[ordinal] is not string id || !ids.Contains(id))
                        continue;
                    if (!children.TryGetValue(id, out var list))
                        children[id] = list = [];
                    list.Add(new Child(table, record, ordinal, field.IsMasterDetail, !field.IsNillable));
                }
            }
        }

        return children;
    }

    private sealed record Child(ObjectTable Table, Record Record, int Ordinal, bool IsDetail, bool IsRequired);

    private sealed record FoundRow(string Id, ObjectTable? FoundTable, Record? Record, SaveError? Error)
    {
        public ObjectTable Table => FoundTable
            ?? throw new InvalidOperationException($"The id {Id} belongs to no object of the org.");
    }
}
