using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Data;

/// <summary>
/// Brings computed fields up to date within a transaction, in the order in which they read each other. A formula's new value is no save:
/// its record keeps its stamps and no event tells of it. A roll-up's is a save of the master. Source: salesforce-api.md, section 10.
/// </summary>
internal sealed class FieldRefresh(OrgTransaction transaction)
{
    private readonly SortedDictionary<int, HashSet<(Record Record, ComputedField Field)>> _stale = [];

    /// <summary>Settles what these first touches made stale; null stands before a new record.</summary>
    public void Run(IReadOnlyList<(ObjectTable Table, Record Record, object?[]? Before)> touched)
    {
        foreach (var (table, record, before) in touched)
        {
            var isThere = transaction.TryFind(table, record.Id, out _);
            if (transaction.Org.Graph.IsWatched(table.Type) && (isThere || before is not null))
                Note(table, record, before, isThere ? transaction.Values(record) : null);
        }

        Drain();
    }

    /// <summary>Computes these fields of all records anew.</summary>
    public void RunAll(IEnumerable<ComputedField> fields)
    {
        foreach (var field in fields)
        {
            foreach (var record in TableOf(field.Key).Records)
                Compute(record, field, isSave: false);
        }

        Drain();
    }

    private void Drain()
    {
        while (_stale.Count > 0)
        {
            var (level, waiting) = _stale.First();
            _stale.Remove(level);
            foreach (var (record, field) in waiting)
                Compute(record, field, isSave: field.RollUp is not null);
        }
    }

    private void Compute(Record record, ComputedField field, bool isSave)
    {
        var table = TableOf(field.Key);
        if (!transaction.TryFind(table, record.Id, out _) || (isSave && transaction.IsDeleted(record)))
            return;
        var before = transaction.Values(record);
        var value = field.RollUp is { } plan ? Sum(record, field, plan)
            : field.Formula?.EvaluateFor(field.Field, transaction.RowOf(before, null));
        if (Equals(before[field.Key.Ordinal], value))
            return;
        var values = (object?[])before.Clone();
        values[field.Key.Ordinal] = value;
        if (isSave)
        {
            transaction.Touch(table, values);
            transaction.Update(table, record, values);
        }
        else
        {
            transaction.Refresh(record, values);
        }

        if (transaction.Org.Graph.IsWatched(table.Type))
            Note(table, record, before, values);
    }

    private object? Sum(Record master, ComputedField field, RollUpPlan plan) => plan.Sum(field.Field,
        transaction.ChildrenOf(TableOf(new FieldKey(plan.Child, 0)), plan.Reference, master.Id)
            .Select(child => transaction.RowOf(transaction.Values(child), null)));

    /// <summary>Marks what reads the fields that differ; null stands for a record that was not there or is no more.</summary>
    private void Note(ObjectTable table, Record record, object?[]? before, object?[]? after)
    {
        var turned = IsLive(table, before) != IsLive(table, after);
        foreach (var ordinal in transaction.Org.Graph.WatchedOrdinals(table.Type))
        {
            if (!turned && Equals(before?[ordinal], after?[ordinal]))
                continue;
            foreach (var dependent in transaction.Org.Graph.DependentsOf(new FieldKey(table.Type, ordinal)))
                MarkAlong(dependent.Field, dependent.Way, dependent.Way.Count - 1, record);
        }

        foreach (var rollUp in transaction.Org.Graph.RollUpsOver(table.Type))
        {
            if (rollUp.RollUp is not { } plan)
                continue;
            var (from, to) = (before?[plan.Reference] as string, after?[plan.Reference] as string);
            if (!turned && string.Equals(from, to, StringComparison.Ordinal)
                && rollUp.Sources().All(source => Equals(before?[source.Ordinal], after?[source.Ordinal])))
                continue;
            MarkMaster(rollUp, from);
            if (!string.Equals(from, to, StringComparison.Ordinal))
                MarkMaster(rollUp, to);
        }
    }

    /// <summary>Walks a formula's way backwards: from the record that changed to the records that look at it.</summary>
    private void MarkAlong(ComputedField field, IReadOnlyList<FieldKey> way, int hop, Record record)
    {
        if (hop < 0)
        {
            Mark(record, field);
            return;
        }

        foreach (var child in transaction.ChildrenOf(TableOf(way[hop]), way[hop].Ordinal, record.Id))
            MarkAlong(field, way, hop - 1, child);
    }

    private void MarkMaster(ComputedField field, string? id)
    {
        if (id is not null && transaction.TryFind(TableOf(field.Key), id, out var master))
            Mark(master, field);
    }

    private void Mark(Record record, ComputedField field)
    {
        if (!_stale.TryGetValue(field.Level, out var waiting))
            _stale[field.Level] = waiting = [];
        waiting.Add((record, field));
    }

    private ObjectTable TableOf(FieldKey key) => transaction.Org.FindTable(key.Type.Name)
        ?? throw new InvalidOperationException($"The org has no object {key.Type.Name}, which a computed field reads.");

    private static bool IsLive(ObjectTable table, object?[]? values) =>
        values is not null && !(table.Type.IsDeletedOrdinal >= 0 && values[table.Type.IsDeletedOrdinal] is true);
}
