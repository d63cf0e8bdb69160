using System.Diagnostics.CodeAnalysis;
using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Data;

/// <summary>
/// The writes of one call before anyone else sees them. It lives within the org's gate: keys move in the indexes at once, so that
/// later rows of the call meet earlier ones, and a rollback moves them back; values and records appear at commit.
/// </summary>
internal sealed class OrgTransaction(Org org, DateTime stamp, Caller caller)
{
    private readonly Dictionary<Record, object?[]> _updated = [];
    private readonly Dictionary<string, (ObjectTable Table, Record Record)> _created = new(StringComparer.Ordinal);
    private readonly List<(ObjectTable Table, string Id)> _removed = [];
    private readonly List<(KeyIndex Index, object? Value, Record Record, bool IsAdded)> _keyMoves = [];
    private readonly List<Action> _atCommit = [];
    private readonly List<(ObjectTable Table, Record Record, object?[]? Before)> _touched = [];
    private readonly HashSet<Record> _isTouched = [];

    public Org Org { get; } = org;

    /// <summary>The moment at which the transaction started.</summary>
    public DateTime Stamp { get; } = stamp;

    /// <summary>The same moment as values hold it, boxed once for all rows.</summary>
    public object StampValue { get; } = stamp;

    public Caller Caller { get; } = caller;

    public string UserId => Caller.UserId;

    /// <summary>A record's values as this transaction sees them.</summary>
    public object?[] Values(Record record) => _updated.GetValueOrDefault(record) ?? record.Values;

    public bool TryFind(ObjectTable table, string id, [NotNullWhen(true)] out Record? record)
    {
        record = table.Find(id) ?? _created.GetValueOrDefault(id).Record;
        return record is not null && !_removed.Contains((table, id));
    }

    public bool IsDeleted(Record record) => record.Type.IsDeletedOrdinal >= 0 && Values(record)[record.Type.IsDeletedOrdinal] is true;

    public void Insert(ObjectTable table, Record record)
    {
        NoteTouch(table, record, null);
        _created[record.Id] = (table, record);
        for (var ordinal = 0; ordinal < table.Indexes.Count; ordinal++)
            MoveKey(table, ordinal, record, null, record[ordinal]);
    }

    public void Update(ObjectTable table, Record record, object?[] values)
    {
        var before = Values(record);
        NoteTouch(table, record, before);
        var wasLive = !IsDeleted(record);
        _updated[record] = values;
        var isLive = !IsDeleted(record);
        for (var ordinal = 0; ordinal < table.Indexes.Count; ordinal++)
            MoveKey(table, ordinal, record, wasLive ? before[ordinal] : null, isLive ? values[ordinal] : null);
    }

    /// <summary>Puts a computed value in place that went stale without a save of its record: no stamp moves, and nobody is told.</summary>
    public void Refresh(Record record, object?[] values) => _updated[record] = values;

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
    public void Settle()
    {
        ContentFiles.Complete(this, _touched);
        new FieldRefresh(this).Run([.. _touched]);
    }

    public void Remove(ObjectTable table, Record record)
    {
        NoteTouch(table, record, Values(record));
        if (!IsDeleted(record))
        {
            for (var ordinal = 0; ordinal < table.Indexes.Count; ordinal++)
                MoveKey(table, ordinal, record, Values(record)[ordinal], null);
        }

        _removed.Add((table, record.Id));
    }

    /// <summary>Something beside the records that must happen only if they are kept, such as a line of the delete log.</summary>
    public void AtCommit(Action action) => _atCommit.Add(action);

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
        Settle();
        var changes = Changes();
        foreach (var (table, record) in _created.Values)
            table.AddIndexed(record);
        foreach (var (record, values) in _updated)
            record.Replace(values);
        foreach (var (table, id) in _removed)
            table.Remove(id);
        foreach (var action in _atCommit)
            action();
        Org.Publish(Caller, changes);
    }

    public void Rollback()
    {
        for (var at = _keyMoves.Count - 1; at >= 0; at--)
        {
            var (index, value, record, isAdded) = _keyMoves[at];
            if (isAdded)
                index.Remove(value, record);
            else
                index.Add(value, record);
        }
    }

    private void NoteTouch(ObjectTable table, Record record, object?[]? before)
    {
        if (_isTouched.Add(record))
            _touched.Add((table, record, before));
    }

    private List<RecordChange> Changes()
    {
        var removed = _removed.Select(pair => pair.Id).ToHashSet(StringComparer.Ordinal);
        var changes = new List<RecordChange>(_touched.Count);
        foreach (var (table, record, before) in _touched)
        {
            var isGone = removed.Contains(record.Id);
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
            _keyMoves.Add((index, from, record, false));
        }

        if (to is not null)
        {
            index.Add(to, record);
            _keyMoves.Add((index, to, record, true));
        }
    }
}
