using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Faults;

namespace Tandem.Sync.Push;

/// <summary>
/// The claimed changes that wait to be sent, in the order of capture, and the way to more of them: the log gives them in bounded
/// steps, so that their number there does not matter here.
/// </summary>
internal sealed class ChangeQueue(PushParts parts, Settler settler, OnDemandSession session)
{
    private readonly List<Change> _changes = [];
    private readonly HashSet<ChangeId> _waiting = [];
    private readonly Dictionary<string, string> _waitingTables = new(StringComparer.Ordinal);
    private readonly LocalParents _parents = new(parts.Mappings, parts.Options.Push);
    private bool _mayHaveMore;

    public IReadOnlyList<Change> Changes => _changes;

    /// <summary>The changes up to the first that waits for the Salesforce id of a parent.</summary>
    public IReadOnlyList<Change> Ready =>
        _waiting.Count == 0 ? _changes : [.. _changes.TakeWhile(change => !_waiting.Contains(change.Id))];

    /// <summary>Those that wait for a parent, in their order.</summary>
    public IReadOnlyList<Change> Waiting => _waiting.Count == 0 ? [] : _changes.FindAll(change => _waiting.Contains(change.Id));

    /// <summary>The tables to claim from: those that may be pushed now and do not wait for a table that may not.</summary>
    public IReadOnlyList<string> Tables
    {
        get
        {
            var pushable = parts.Mappings.PushableTables.ToHashSet(StringComparer.Ordinal);
            while (_waitingTables.FirstOrDefault(IsOver).Key is { } child)
                _waitingTables.Remove(child);
            return [.. pushable.Where(table => !_waitingTables.ContainsKey(table))];

            bool IsOver(KeyValuePair<string, string> pair) =>
                pushable.Contains(pair.Value) && (pair.Key == pair.Value || !_waitingTables.ContainsKey(pair.Value));
        }
    }

    /// <summary>The sender's session, which may rest whenever the sender waits.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => session.OpenAsync(cancellationToken);

    /// <summary>
    /// What an earlier run had claimed; more is claimed only once that is settled. Whether that run merged writes is not known. So inserts
    /// without a unique identifier are looked for with either values, and the updates behind them go by themselves, which changes nothing
    /// the second time. Those that have one go as they would the first time: the record must not see its first values again.
    /// </summary>
    public void Recover(IReadOnlyList<Change> changes)
    {
        var condensed = ChangeFolding.Fold(changes, parts.Mappings.ObjectsByTable)
            .Where(change => change is { Action: ChangeAction.Insert, Carried.Count: > 0 })
            .ToDictionary(change => change.Id, change => change.Values);
        var left = parts.Options.Push.MergesWrites
            ? ChangeFolding.Fold(changes, parts.Mappings.ObjectsByTable, joinsCreates: false)
            : changes;
        _changes.AddRange(left.Select(change => change with { ValuesWithCarried = condensed.GetValueOrDefault(change.Id) }));
        NoteWaiting(_changes);
        _mayHaveMore = false;
    }

    /// <summary>
    /// Claims what is next. A change learns the id of its record from the database, so the outcomes of inserts must be there first.
    /// </summary>
    /// <returns>False when nothing is left.</returns>
    public async Task<bool> ClaimAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        if (settler.HasInserts)
            await settler.DrainAsync(cancellationToken);
        var step = parts.Options.Push.ClaimRows;
        var claimed = await parts.ChangeLog.ClaimAsync(await OpenAsync(cancellationToken), tables, step, cancellationToken);
        var condensed = Condense(claimed);
        _changes.AddRange(condensed);
        _mayHaveMore = claimed.Count >= step;
        if (claimed.Count > 0)
            Failpoints.Reach("push.claimed");
        if (NoteWaiting(condensed))
            await FindParentsAsync(cancellationToken);
        return claimed.Count > 0;
    }

    /// <summary>As above, if the last step was a full one.</summary>
    public async Task<bool> ClaimMoreAsync(CancellationToken cancellationToken) =>
        _mayHaveMore && await ClaimAsync(Tables, cancellationToken);

    public void RemoveFirst(int count)
    {
        if (_waiting.Count > 0)
            _waiting.ExceptWith(_changes.Take(count).Select(change => change.Id));
        _changes.RemoveRange(0, count);
    }

    /// <summary>Changes that were removed and are to be sent before all others after all.</summary>
    public void PutBack(IReadOnlyList<Change> changes) => _changes.InsertRange(0, changes);

    public IReadOnlyList<Change> RemoveTable(string table)
    {
        var removed = _changes.Where(change => change.Table == table).ToList();
        _changes.RemoveAll(change => change.Table == table);
        _waiting.ExceptWith(removed.Select(change => change.Id));
        return removed;
    }

    /// <summary>Gives the waiting changes the Salesforce ids that the database knows of their parents by now.</summary>
    public async Task FindParentsAsync(CancellationToken cancellationToken)
    {
        if (_waiting.Count == 0)
            return;
        var connection = await OpenAsync(cancellationToken);
        var resolved = (await _parents.ResolveAsync(connection, Waiting, cancellationToken)).ToDictionary(change => change.Id);
        for (var at = 0; at < _changes.Count; at++)
            _changes[at] = resolved.GetValueOrDefault(_changes[at].Id) ?? _changes[at];
        _waiting.Clear();
        NoteWaiting(resolved.Values);
    }

    /// <summary>Puts these before all others; those that are among the others move.</summary>
    public void PutFirst(IReadOnlyList<Change> parents)
    {
        var ids = parents.Select(change => change.Id).ToHashSet();
        _changes.RemoveAll(change => ids.Contains(change.Id));
        _changes.InsertRange(0, parents);
        NoteWaiting(parents);
    }

    /// <summary>The table is left alone until that of the parents may be pushed.</summary>
    /// <returns>The changes that are removed for that.</returns>
    public IReadOnlyList<Change> WaitForTable(string table, string parentTable)
    {
        _waitingTables[table] = parentTable;
        return RemoveTable(table);
    }

    /// <summary>What a call has made known counts for the changes behind it: the ids of records that it inserted.</summary>
    public void Learn(IReadOnlyList<Outcome> outcomes)
    {
        var sfids = new Dictionary<(string, int), string>();
        var failed = new HashSet<(string, int)>();
        foreach (var (change, result) in outcomes)
        {
            if (change.Sfid is null && result is { IsSaved: true, Id: { } id })
                sfids[(change.Table, change.RecordId)] = id.Value;
            else if (change is { Sfid: null, Action: ChangeAction.Insert } && !result.IsSaved)
                failed.Add((change.Table, change.RecordId));
        }

        for (var at = 0; sfids.Count + failed.Count > 0 && at < _changes.Count; at++)
        {
            var change = _changes[at];
            if (change.Sfid is null && sfids.TryGetValue((change.Table, change.RecordId), out var sfid))
                _changes[at] = change with { Sfid = sfid };
            else if (change.Sfid is null && failed.Contains((change.Table, change.RecordId)))
                _changes[at] = change with { HasFailedInsert = change.Action is not ChangeAction.Insert };
        }
    }

    private IReadOnlyList<Change> Condense(IReadOnlyList<Change> changes) =>
        parts.Options.Push.MergesWrites ? ChangeFolding.Fold(changes, parts.Mappings.ObjectsByTable) : changes;

    /// <returns>True when some of them wait.</returns>
    private bool NoteWaiting(IEnumerable<Change> changes)
    {
        if (!parts.Options.Push.FindsLocalParents)
            return false;
        var objects = parts.Mappings.ObjectsByTable;
        _waiting.UnionWith(changes.Where(change => _parents.Find(change, objects).Count > 0).Select(change => change.Id));
        return _waiting.Count > 0;
    }
}
