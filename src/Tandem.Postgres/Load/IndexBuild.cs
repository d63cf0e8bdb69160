using System.Collections.Concurrent;
using Npgsql;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// Builds the indexes that a filled table lacks, on two sessions side by side. When the index of sfid or of the unique identifier cannot
/// be built because the app inserted a record that the load brought too, the two rows are made one and the index is built once more.
/// Indexes that are there already are left out, so that it may run again.
/// </summary>
internal sealed class IndexBuild(TableDefinition definition, bool hasKeyToo)
{
    private readonly SyncedTable _synced = new(definition);
    private readonly ConcurrentQueue<(string Sql, IndexDefinition? Index)> _open = new();
    private readonly ConcurrentBag<IndexDefinition> _refused = [];

    public async Task RunAsync(NpgsqlConnection connection, Action<string> step, CancellationToken cancellationToken)
    {
        foreach (var index in await ListMissingAsync(connection, cancellationToken))
            _open.Enqueue(index);
        if (_open.IsEmpty)
            return;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var second = (NpgsqlConnection)((ICloneable)connection).Clone();
        await second.OpenAsync(stop.Token);
        await Task.WhenAll(WorkAsync(connection, step, stop), WorkAsync(second, step, stop));
        // By sfid first: rows that are made one have one unique identifier then.
        foreach (var index in _refused.OrderByDescending(IsSfid))
        {
            await AdoptAsync(connection, index, cancellationToken);
            step("load.table.adopted");
        }
    }

    /// <summary>
    /// Gives the app's row what the load brought for the same record, and takes the loaded row away. Of two rows with one sfid the app's is
    /// the one that the log calls inserted; one that shares the unique identifier only has no sfid yet.
    /// </summary>
    internal string AdoptStatement(string unique)
    {
        var table = definition.QualifiedName;
        var log = PgIdentifier.Qualify(definition.Schema, ReservedNames.TriggerLog);
        var name = PgIdentifier.Literal(definition.Name);
        var column = PgIdentifier.Quote(unique);
        var isApps = unique is ReservedNames.Sfid
            ? $"{IsInserted("l")} and not {IsInserted("t")}"
            : "l.sfid is null and t.sfid is not null";
        var set = definition.Columns.Where(other => other.Name is not ReservedNames.Sfid)
            .Select(other => PgIdentifier.Quote(other.Name))
            .Select(other => $"{other} = case when p.is_queued then l.{other} else t.{other} end")
            .Prepend("sfid = t.sfid")
            .Append("_hc_lastop = 'SYNCED'")
            .Append("_hc_err = null");
        return $"""
            with pairs as materialized (
              select distinct on (t.id) t.id as twin, l.id as local,
                exists (
                  select from {log} e
                  where e.table_name = {name} and e.state in ('NEW', 'PENDING') and e.record_id = l.id) as is_queued
              from {table} l join {table} t on t.{column} = l.{column}
              where {isApps}
              order by t.id, l.id),
            moved as (
              update {log} e set record_id = p.local from pairs p
              where e.table_name = {name} and e.state in ('NEW', 'PENDING') and e.record_id = p.twin),
            twins as (delete from {table} t using pairs p where t.id = p.twin returning t.*)
            update {table} l set {string.Join(",\n  ", set)}
            from pairs p join twins t on t.id = p.twin
            where l.id = p.local
            """;

        string IsInserted(string row) =>
            $"exists (select from {log} i where i.table_name = {name} and i.action = 'INSERT' and i.record_id = {row}.id)";
    }

    /// <summary>Text first, for its sort takes longest.</summary>
    private async Task<List<(string Sql, IndexDefinition? Index)>> ListMissingAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var existing = await TableIndex.ListAsync(connection, definition, cancellationToken);
        var missing = definition.Indexes.Where(index => !existing.Any(each => each.Serves(index)))
            .OrderByDescending(index => definition.Column(index.Column).Type.Kind is ColumnKind.Varchar or ColumnKind.Text)
            .Select(index => (_synced.CreateIndexStatement(index), (IndexDefinition?)index))
            .ToList();
        if (hasKeyToo)
            missing.Add((KeyStatement(), null));
        return missing;
    }

    private string KeyStatement() =>
        $"create unique index if not exists {PgIdentifier.Quote(ReservedNames.PrimaryKey(definition.Name))} "
        + $"on {definition.QualifiedName} ({ReservedNames.Id})";

    private async Task WorkAsync(NpgsqlConnection connection, Action<string> step, CancellationTokenSource stop)
    {
        await Task.Yield();
        try
        {
            while (_open.TryDequeue(out var next))
                await BuildAsync(connection, next.Sql, next.Index, step, stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task BuildAsync(
        NpgsqlConnection connection, string sql, IndexDefinition? index, Action<string> step, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, sql, cancellationToken);
            step("load.table.indexed");
        }
        catch (PostgresException exception)
            when (exception.SqlState == PostgresErrorCodes.UniqueViolation && index is { IsUnique: true } && IsOfRecord(index))
        {
            _refused.Add(index);
        }
    }

    private static bool IsSfid(IndexDefinition index) => index.Column is ReservedNames.Sfid;

    private bool IsOfRecord(IndexDefinition index) =>
        IsSfid(index) || string.Equals(index.Column, definition.UniqueColumn, StringComparison.Ordinal);

    /// <summary>Nobody writes between the look and the end of the index, so that no new twin can come.</summary>
    private async Task AdoptAsync(NpgsqlConnection connection, IndexDefinition index, CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        await ExecuteAsync(connection, $"lock table {definition.QualifiedName} in share row exclusive mode", cancellationToken);
        await ExecuteAsync(connection, AdoptStatement(index.Column), cancellationToken);
        await ExecuteAsync(connection, new FirstLoad(definition).MarkPendingStatement(), cancellationToken);
        await ExecuteAsync(connection, _synced.CreateIndexStatement(index), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
