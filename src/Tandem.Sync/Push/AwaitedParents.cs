using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Running;

namespace Tandem.Sync.Push;

/// <summary>
/// What the database tells of all parents that the changes of a queue wait for, found with one look at each table. Used by
/// <see cref="ParentsFirst"/>.
/// </summary>
internal sealed class AwaitedParents
{
    private readonly Dictionary<ChangeId, IReadOnlyList<LocalParent>> _parents;
    private readonly Dictionary<(string Table, int RecordId), string?> _sfids = [];
    private readonly Dictionary<(string Table, int RecordId), RowInsert> _inserts = [];

    private AwaitedParents(Dictionary<ChangeId, IReadOnlyList<LocalParent>> parents) => _parents = parents;

    public IEnumerable<LocalParent> All => _parents.Values.SelectMany(list => list);

    public static async Task<AwaitedParents> ReadAsync(
        ChangeQueue queue, LocalParents finder, LiveMappings mappings, UnsentRows rows, CancellationToken cancellationToken)
    {
        var objects = mappings.ObjectsByTable;
        var awaited = new AwaitedParents(queue.Waiting.ToDictionary(child => child.Id, child => finder.Find(child, objects)));
        foreach (var table in awaited.All.GroupBy(parent => parent.Table, StringComparer.Ordinal))
        {
            if (table.Key is { } name)
                await awaited.ReadAsync(await queue.OpenAsync(cancellationToken), name, [.. table], rows, cancellationToken);
        }

        return awaited;
    }

    public IReadOnlyList<LocalParent> Of(Change child) => _parents.GetValueOrDefault(child.Id) ?? [];

    public bool IsPresent(string table, int recordId) => _sfids.ContainsKey((table, recordId));

    /// <summary>Salesforce has it by now, for instance because a poll has found it there.</summary>
    public bool IsSent(string table, int recordId) => _sfids.GetValueOrDefault((table, recordId)) is not null;

    /// <summary>Null when no insert of the row waits, is under way or failed.</summary>
    public RowInsert? InsertOf(LocalParent parent) =>
        parent.Table is { } table ? _inserts.GetValueOrDefault((table, parent.RecordId)) : null;

    private async Task ReadAsync(
        NpgsqlConnection connection,
        string table,
        IReadOnlyList<LocalParent> parents,
        UnsentRows rows,
        CancellationToken cancellationToken)
    {
        var ids = parents.Select(parent => parent.RecordId).Distinct().ToList();

        // The inserts first: one that is done meanwhile is known by its Salesforce id then.
        foreach (var (recordId, insert) in await rows.FindInsertsAsync(connection, table, ids, cancellationToken))
            _inserts.Add((table, recordId), insert);
        foreach (var (recordId, sfid) in await rows.ReadSfidsAsync(connection, table, ids, cancellationToken))
            _sfids.Add((table, recordId), sfid);
    }
}
