using System.Diagnostics.CodeAnalysis;
using Tandem.Simulator.Events;
using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Data;

/// <summary>
/// The writes of one call before anyone else sees them. It lives within the org's gate: keys move in the indexes at once, so that
/// later rows of the call meet earlier ones, and a rollback moves them back; values and records appear at commit. A call made of
/// several calls, such as a composite one, shares one transaction and returns to savepoints of it.
/// </summary>
internal sealed class OrgTransaction(Org org, DateTime stamp, Caller caller)
{
    private readonly Dictionary<Record, object?[]> _updated = [];
    private readonly Dictionary<string, (ObjectTable Table, Record Record)> _created = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ObjectTable Table, Record Record)> _removed = new(StringComparer.Ordinal);
    private readonly List<Action> _atCommit = [];
    private readonly List<(ObjectTable Table, Record Record, object?[]? Before)> _touched = [];
    private readonly HashSet<Record> _isTouched = [];
    private readonly List<Step> _steps = [];

    /// <summary>What can be done to a transaction, and so undone.</summary>
    private enum StepKind
    {
        Create,
        Update,
        Remove,
        Touch,
        AddKey,
        RemoveKey,
        AtCommit,
    }

    public Org Org { get; } = org;

    /// <summary>The moment at which the transaction started.</summary>
    public DateTime Stamp { get; } = stamp;

    /// <summary>The same moment as values hold it, boxed once for all rows.</summary>
    public object StampValue { get; } = stamp;

    public Caller Caller { get; } = caller;

    public string UserId => Caller.UserId;

    /// <summary>The state to which <see cref="RollbackTo"/> returns.</summary>
    public int Savepoint => _steps.Count;

    /// <summary>The records that the transaction has made and not removed again.</summary>
    public IEnumerable<Record> CreatedIn(ObjectTable table) => _created.Values
        .Where(pair => ReferenceEquals(pair.Table, table) && !_removed.ContainsKey(pair.Record.Id)).Select(pair => pair.Record);

    /// <summary>A record's values as this transaction sees them.</summary>
    public object?[] Values(Record record) => _updated.GetValueOrDefault(record) ?? record.Values;

    public bool IsChanged(Record record) => _updated.ContainsKey(record);

    public bool IsRemoved(string id) => _removed.ContainsKey(id);

    public bool TryFind(ObjectTable table, string id, [NotNullWhen(true)] out Record? record)
    {
        record = table.Find(id) ?? _created.GetValueOrDefault(id).Record;
        return record is not null && !_removed.ContainsKey(id);
    }

    public bool IsDeleted(Record record) => record.Type.IsDeletedOrdinal >= 0 && Values(record)[record.Type.IsDeletedOrdinal] is true;

    public void Insert(ObjectTable table, Record record)
    {
        NoteTouch(table, record, null);
        _created[record.Id] = (table, record);
        _steps.Add(new Step(StepKind.Create, record));
        for (var ordinal = 0; ordinal < table.Indexes.Count; ordinal++)
            MoveKey(table, ordinal, record, null, record[ordinal]);
    }

    public void Update(ObjectTable table, Record record, object?[] values)
    {
        var before = Values(record);
        NoteTouch(table, record, before);
        var wasLive = !IsDeleted(record);
        _steps.Add(new Step(StepKind.Update, record, _updated.GetValueOrDefault(record)));
        _updated[record] = values;
        var isLive = !IsDeleted(record);
        for (var ordinal = 0; ordinal < table.Indexes.Count; ordinal++)
            MoveKey(table, ordinal, record, wasLive ? before[ordinal] : null, isLive ? values[ordinal] : null);
    }

    /// <summary>Puts a computed value in place that went stale without a save of its record: no stamp moves, and nobody is told.</summary>
    public void Refresh(Record record, object?[] values)
    {
        _steps.Add(new Step(StepKind.Update, record, _updated.GetValueOrDefault(record)));
        _updated[record] = values;
    }

    /// <summary>The live records whose reference at <paramref name="ordinal"/> holds the id.</summary>
    public IReadOnlyList<Record> ChildrenOf(ObjectTable table, int ordinal, string id)
    {
        if (table.AddIndex(ordinal))
        {
            // The index knows the committed records; this transaction's own writes move in it now, and back at a rollback.
            foreach (var (own, record, before) in _touched.Where(touch => ReferenceEquals(touch.Table, table)))
            {
                var isLive = !IsDeleted(record) && TryFind(own, record.Id, out _);
                var wasLive = before is not null && !(own.Type.IsDeletedOrdinal >= 0 && before[own.Type.IsDeletedOrdinal] is true);
                MoveKey(own, ordinal, record, wasLive ? before?[ordinal] : null, isLive ? Values(record)[ordinal] : null);
            }
        }

        return table.IndexOf(ordinal)?.Find(id) ?? [];
    }

    /// <summary>What formulas over a record see, parents as this transaction has them.</summary>
    public FormulaRow RowOf(object?[] values, object?[]? before) => new()
    {
        Values = values,
        Before = before,
        Parent = id => Org.FindTableOfId(id) is { } table && TryFind(table, id, out var parent) ? Values(parent) : null,
        Now = Org.Now(),
    };

    /// <summary>Fills what the platform fills by itself: derived fields and formulas. To be called when all written values stand; what
    /// other records' changes make stale settles with the commit.</summary>
    public void Derive(ObjectTable table, object?[] values, object?[]? before, Func<int, bool> given)
    {
        table.Derived.Fill(values, before, given, Stamp);
        foreach (var sum in before is null ? Org.Graph.RollUpsOf(table.Type) : [])
            values[sum.Key.Ordinal] = sum.RollUp?.Sum(sum.Field, []);
        var formulas = Org.Graph.FormulasOf(table.Type);
        if (formulas.Count == 0)
            return;
        var row = RowOf(values, before);
        foreach (var field in formulas)
            values[field.Key.Ordinal] = field.Formula?.EvaluateFor(field.Field, row);
    }

    /// <summary>Brings every computed field up to date that this transaction's changes made stale. The commit does it too; a call that
    /// reads before its commit does it first.</summary>
    public void Settle() => new FieldRefresh(this).Run([.. _touched]);

    public void Remove(ObjectTable table, Record record)
    {
        NoteTouch(table, record, Values(record));
        if (!IsDeleted(record))
        {
            for (var ordinal = 0; ordinal < table.Indexes.Count; ordinal++)
                MoveKey(table, ordinal, record, Values(record)[ordinal], null);
        }

        if (_removed.TryAdd(record.Id, (table, record)))
            _steps.Add(new Step(StepKind.Remove, record));
    }

    /// <summary>Something beside the records that must happen only if they are kept, such as a line of the delete log.</summary>
    public void AtCommit(Action action)
    {
        _atCommit.Add(action);
        _steps.Add(new Step(StepKind.AtCommit));
    }

    /// <summary>Stamps a change: never earlier than the stamp before, even when a slower transaction commits after a quicker one.</summary>
    public void Touch(ObjectTable table, object?[] values)
    {
        var type = table.Type;
        Set(values, type.OrdinalOf("LastModifiedDate"), StampValue);
        Set(values, type.OrdinalOf("LastModifiedById"), UserId);
        Set(values, type.SystemModstampOrdinal, StampValue);

        void Set(object?[] target, int ordinal, object value)
        {
            if (ordinal >= 0 && !(target[ordinal] is DateTime before && before > Stamp))
                target[ordinal] = value;
        }
    }

    public void Commit()
    {
        try
        {
            Settle();
        }
        catch
        {
            Rollback();
            throw;
        }

        var changes = Changes();
        foreach (var (table, record) in _created.Values)
        {
            if (_updated.Remove(record, out var values))
                record.Replace(values);
            // A platform event is told and not kept.
            if (!ChannelDirectory.IsPlatformEvent(table.Type))
                table.AddIndexed(record);
        }

        foreach (var (record, values) in _updated)
            record.Replace(values);
        foreach (var (id, (table, _)) in _removed)
            table.Remove(id);
        foreach (var action in _atCommit)
            action();
        Org.Publish(Caller, changes);
    }

    public void Rollback() => RollbackTo(0);

    /// <summary>Undoes what was done since <see cref="Savepoint"/> had this value, last things first.</summary>
    public void RollbackTo(int savepoint)
    {
        for (var at = _steps.Count - 1; at >= savepoint; at--)
            Undo(_steps[at]);
        _steps.RemoveRange(savepoint, _steps.Count - savepoint);
    }

    private void Undo(in Step step)
    {
        switch (step)
        {
            case { Kind: StepKind.Create, Record: { } record }: _created.Remove(record.Id); break;
            case { Kind: StepKind.Update, Record: { } record, Values: { } values }: _updated[record] = values; break;
            case { Kind: StepKind.Update, Record: { } record }: _updated.Remove(record); break;
            case { Kind: StepKind.Remove, Record: { } record }: _removed.Remove(record.Id); break;
            case { Kind: StepKind.AddKey, Record: { } record, Index: { } index }: index.Remove(step.Key, record); break;
            case { Kind: StepKind.RemoveKey, Record: { } record, Index: { } index }: index.Add(step.Key, record); break;
            case { Kind: StepKind.AtCommit }: _atCommit.RemoveAt(_atCommit.Count - 1); break;
            case { Kind: StepKind.Touch, Record: { } record }:
                _touched.RemoveAt(_touched.Count - 1);
                _isTouched.Remove(record);
                break;
            default: throw new InvalidOperationException($"A step of a transaction cannot be undone: {step.Kind}.");
        }
    }

    private void NoteTouch(ObjectTable table, Record record, object?[]? before)
    {
        if (!_isTouched.Add(record))
            return;
        _touched.Add((table, record, before));
        _steps.Add(new Step(StepKind.Touch, record));
    }

    private List<RecordChange> Changes()
    {
        var changes = new List<RecordChange>(_touched.Count);
        foreach (var (table, record, before) in _touched)
        {
            var isGone = _removed.ContainsKey(record.Id);
            if (before is null && isGone)
                continue;
            changes.Add(new RecordChange
            {
                Kind = KindOf(table.Type.IsDeletedOrdinal, before, Values(record), isGone),
                Table = table,
                Id = record.Id,
                Before = before,
                After = Values(record),
            });
        }

        return changes;
    }

    private static ChangeKind KindOf(int isDeletedOrdinal, object?[]? before, object?[] after, bool isGone)
    {
        if (before is null)
            return ChangeKind.Create;
        var wasDeleted = isDeletedOrdinal >= 0 && before[isDeletedOrdinal] is true;
        if (isGone)
            return wasDeleted ? ChangeKind.Purge : ChangeKind.Delete;
        var isDeleted = isDeletedOrdinal >= 0 && after[isDeletedOrdinal] is true;
        return (wasDeleted, isDeleted) switch
        {
            (false, true) => ChangeKind.Delete,
            (true, false) => ChangeKind.Undelete,
            _ => ChangeKind.Update,
        };
    }

    private void MoveKey(ObjectTable table, int ordinal, Record record, object? from, object? to)
    {
        if (table.IndexOf(ordinal) is not { } index || Equals(from, to))
            return;
        if (from is not null)
        {
            index.Remove(from, record);
            _steps.Add(new Step(StepKind.RemoveKey, record, null, index, from));
        }

        if (to is not null)
        {
            index.Add(to, record);
            _steps.Add(new Step(StepKind.AddKey, record, null, index, to));
        }
    }

    /// <summary>One thing done, with what undoing it needs.</summary>
    private readonly record struct Step(
        StepKind Kind, Record? Record = null, object?[]? Values = null, KeyIndex? Index = null, object? Key = null);
}
