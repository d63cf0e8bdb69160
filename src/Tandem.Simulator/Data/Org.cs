using System.Collections.Concurrent;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Metadata.Formulas;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Data;

/// <summary>
/// The org: its objects and their records, in memory. Readers take snapshots and need no lock; every write is a transaction under
/// one gate, stamped when it starts and seen when it commits.
/// </summary>
public sealed class Org : IDisposable
{
    private readonly ConcurrentDictionary<string, ObjectTable> _tables = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ObjectTable> _tablesByPrefix = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, UserAccess> _access = new(StringComparer.Ordinal);
    private readonly List<Action<CommittedTransaction>> _listeners = [];
    private readonly List<Func<ObjectType, object?[], SaveError?>> _saveChecks = [];
    private readonly Lock _stampLock = new();
    private readonly List<DateTime> _openStamps = [];
    private long _lastCommitNumber;

    internal Org(IEnumerable<ObjectType> types, TimeProvider timeProvider)
    {
        TimeProvider = timeProvider;
        ShapedAt = Now();
        Committed = new CommittedView(Gate);
        foreach (var type in types)
        {
            var table = new ObjectTable(type);
            _tables[type.Name] = table;
            _tablesByPrefix[type.KeyPrefix] = table;
        }

        Graph = new FieldGraph(Types);
        Upkeep = new Upkeep(this);
    }

    public TimeProvider TimeProvider { get; }

    public IEnumerable<ObjectType> Types => _tables.Values.Select(table => table.Type);

    /// <summary>The org's own id, of 18 characters.</summary>
    public string OrganizationId { get; } = RecordId.Create("00D", 1);

    /// <summary>The user that signs in and owns what nobody else owns.</summary>
    public string AdminUserId { get; } = RecordId.Create("005", 1);

    /// <summary>When the objects, or what users may see of them, took the shape that they have.</summary>
    public DateTime ShapedAt { get; private set; }

    /// <summary>Who was kept from something, by user id.</summary>
    internal IEnumerable<KeyValuePair<string, UserAccess>> Access => _access;

    internal IEnumerable<ObjectTable> Tables => _tables.Values;

    internal WriteGate Gate { get; } = new();

    /// <summary>What everybody sees.</summary>
    internal IRecordView Committed { get; }

    /// <summary>What a call sees: its own transaction's writes over what everybody sees.</summary>
    internal IRecordView ViewOf(OrgTransaction? transaction) =>
        transaction is null ? Committed : new TransactionView(transaction);

    /// <summary>The formulas and roll-ups of all objects.</summary>
    internal FieldGraph Graph { get; private set; }

    /// <summary>What happens by itself as time passes.</summary>
    internal Upkeep Upkeep { get; }

    /// <summary>The table of an object, whatever the letter case of its name; null when the org has none.</summary>
    public ObjectTable? FindTable(string objectName) => _tables.GetValueOrDefault(objectName);

    /// <summary>The table that an id belongs to by its key prefix; null when the org has none.</summary>
    public ObjectTable? FindTableOfId(string id) => _tablesByPrefix.GetValueOrDefault(id[..3]);

    /// <summary>What a user may see and edit; everything, as long as nothing was taken from them.</summary>
    public UserAccess AccessOf(string userId) => _access.GetValueOrDefault(userId, UserAccess.Full);

    public void SetAccess(string userId, UserAccess access)
    {
        _access[userId] = access;
        NoteShape();
    }

    /// <summary>
    /// Puts tables in the place of those of the same object, or beside the others, and takes objects away. Only called within the gate;
    /// queries that run go on with the tables they began with.
    /// </summary>
    /// <exception cref="ComputedFieldException">A formula or a roll-up does not fit the new shape; the old one stays.</exception>
    internal void Reshape(IReadOnlyCollection<ObjectTable> tables, IReadOnlyCollection<ObjectTable> gone)
    {
        var absent = gone.Concat(tables).Select(table => table.Type.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var graph = new FieldGraph(Types.Where(type => !absent.Contains(type.Name)).Concat(tables.Select(table => table.Type)));
        foreach (var table in gone)
        {
            table.MarkReplaced();
            _tables.TryRemove(table.Type.Name, out _);
            _tablesByPrefix.TryRemove(table.Type.KeyPrefix, out _);
        }

        foreach (var table in tables)
        {
            if (_tables.GetValueOrDefault(table.Type.Name) is { } old)
                old.MarkReplaced();
            _tables[table.Type.Name] = table;
            _tablesByPrefix[table.Type.KeyPrefix] = table;
        }

        Graph = graph;
        foreach (var table in Tables)
            table.RebindEmptied(FindTable);
        NoteShape();
    }

    /// <summary>Tells of every commit, in order and before the next writer is let in, so what it does must be quick. To be called before
    /// the org is used.</summary>
    internal void Listen(Action<CommittedTransaction> listener) => _listeners.Add(listener);

    /// <summary>Adds a check of every record that is saved. To be called before the org is used.</summary>
    internal void CheckSaves(Func<ObjectType, object?[], SaveError?> check) => _saveChecks.Add(check);

    /// <summary>What the added checks find wrong with a record.</summary>
    internal IEnumerable<SaveError> CheckSave(ObjectType type, object?[] values) =>
        _saveChecks.Select(check => check(type, values)).OfType<SaveError>();

    /// <summary>The live records with a value in a unique or look-up field, as committed or as a transaction sees them.</summary>
    internal async ValueTask<IReadOnlyList<Record>> FindByKeyAsync(
        ObjectTable table, int ordinal, object value, OrgTransaction? transaction, CancellationToken cancellationToken)
    {
        if (transaction is not null)
            return new TransactionView(transaction).FindByKey(table, ordinal, value) ?? [];
        using (await Gate.EnterAsync(cancellationToken))
            return table.IndexOf(ordinal)?.Find(value).ToArray() ?? [];
    }

    /// <summary>The time as the platform stamps it: UTC, whole seconds.</summary>
    public DateTime Now()
    {
        var now = TimeProvider.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
    }

    /// <summary>Moves records to the recycle bin at once, details with their masters; objects without a bin lose them for good.</summary>
    public IReadOnlyList<SaveResult> Delete(IReadOnlyList<string> ids, Caller caller) =>
        Write(caller, transaction => new RecycleBin(transaction).Delete(ids));

    /// <summary>Brings deleted records back, with the details that went with them.</summary>
    public IReadOnlyList<SaveResult> Undelete(IReadOnlyList<string> ids, Caller caller) =>
        Write(caller, transaction => new RecycleBin(transaction).Undelete(ids));

    /// <summary>Removes records for good, deleted before or not: no query finds them, the delete log still lists them.</summary>
    public IReadOnlyList<SaveResult> HardDelete(IReadOnlyList<string> ids, Caller caller) =>
        Write(caller, transaction => new RecycleBin(transaction).HardDelete(ids));

    /// <summary>Takes records that are in the recycle bin out of it for good.</summary>
    public IReadOnlyList<SaveResult> EmptyRecycleBin(IReadOnlyList<string> ids, Caller caller) =>
        Write(caller, transaction => new RecycleBin(transaction).Empty(ids));

    /// <summary>
    /// Merges one or two records into another of the same object, after giving it the draft's values: the losers go to the recycle bin with
    /// the winner's id in <c>MasterRecordId</c>, and what pointed to them points to the winner.
    /// </summary>
    public MergeResult Merge(RecordDraft master, IReadOnlyList<string> loserIds, Caller caller)
    {
        using (Gate.Enter())
            return MergeWithin(master, loserIds, caller);
    }

    /// <summary>As the other, for calls: no thread waits for the gate.</summary>
    internal async Task<MergeResult> MergeAsync(
        RecordDraft master, IReadOnlyList<string> loserIds, Caller caller, CancellationToken cancellationToken)
    {
        using (await Gate.EnterAsync(cancellationToken))
            return MergeWithin(master, loserIds, caller);
    }

    /// <summary>As the other, leaving the winner's values as they are.</summary>
    public MergeResult Merge(string masterId, IReadOnlyList<string> loserIds, Caller caller) =>
        Merge(MasterOf(masterId), loserIds, caller);

    /// <summary>The draft that names the winner of a merge and changes nothing of it.</summary>
    internal RecordDraft MasterOf(string masterId) =>
        new() { Table = masterId.Length < 3 ? null : FindTableOfId(masterId), Id = masterId };

    /// <summary>Computes every formula and roll-up of every record anew, without stamps: when metadata has changed, and after a save file
    /// was read. The gate is the caller's.</summary>
    internal void Recompute()
    {
        Graph = new FieldGraph(Types);
        Recompute(Graph.InOrder);
    }

    /// <summary>As the other, for what reads more than one record: the seed fills the rest row by row.</summary>
    internal void RecomputeFarReaching() => Recompute(Graph.FarReaching);

    private void Recompute(IReadOnlyList<ComputedField> fields)
    {
        var transaction = new OrgTransaction(this, Now(), Caller.Of(AdminUserId));
        new FieldRefresh(transaction).RunAll(fields);
        transaction.Commit();
    }

    /// <summary>Up to when every change is visible: the start of the oldest transaction that is still open, or now.</summary>
    public DateTime LatestDateCovered()
    {
        lock (_stampLock)
            return _openStamps.Count > 0 ? _openStamps.Min() : Now();
    }

    /// <summary>Starts a transaction's clock; <see cref="Finish"/> must follow whatever happens.</summary>
    internal DateTime Start()
    {
        lock (_stampLock)
        {
            var stamp = Now();
            _openStamps.Add(stamp);
            return stamp;
        }
    }

    internal void Finish(DateTime stamp)
    {
        lock (_stampLock)
            _openStamps.Remove(stamp);
    }

    public void Dispose() => Gate.Dispose();

    /// <summary>Tells of a commit; the transaction calls it while it still holds the gate.</summary>
    internal void Publish(Caller caller, IReadOnlyList<RecordChange> changes)
    {
        // Numbers leave gaps, as the platform's do.
        _lastCommitNumber += 1 + (changes.Count % 7);
        if (changes.Count == 0)
            return;
        var committed = new CommittedTransaction
        {
            Key = Guid.NewGuid(),
            CommitNumber = _lastCommitNumber,
            CommittedAt = TimeProvider.GetUtcNow(),
            Caller = caller,
            Changes = changes,
        };
        foreach (var listener in _listeners)
            listener(committed);
    }

    /// <summary>Clients compare whole seconds: two shapes within one second still have different stamps.</summary>
    private void NoteShape() => ShapedAt = Now() > ShapedAt ? Now() : ShapedAt.AddSeconds(1);

    private MergeResult MergeWithin(RecordDraft master, IReadOnlyList<string> loserIds, Caller caller)
    {
        Upkeep.Run();
        var transaction = new OrgTransaction(this, Now(), caller);
        var result = new RecordMerge(transaction).Run(master, loserIds);
        if (result.IsSuccess)
            transaction.Commit();
        else
            transaction.Rollback();
        return result;
    }

    private IReadOnlyList<SaveResult> Write(Caller caller, Func<OrgTransaction, IReadOnlyList<SaveResult>> work)
    {
        if (caller.Transaction is { } outer)
            return work(outer);
        using (Gate.Enter())
        {
            Upkeep.Run();
            var transaction = new OrgTransaction(this, Now(), caller);
            IReadOnlyList<SaveResult> results;
            try
            {
                results = work(transaction);
            }
            catch
            {
                // Keys move at once: left where they are, they would point to records that never came.
                transaction.Rollback();
                throw;
            }

            transaction.Commit();
            return results;
        }
    }
}
