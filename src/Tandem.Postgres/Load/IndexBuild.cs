using System.Collections.Concurrent;
using Npgsql;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Load;

/// <summary>
/// Builds the indexes that a filled table lacks, on two sessions side by side. When the unique identifier's index cannot be built
/// because the app inserted a record that the load brought too, the two rows are made one and the index is built once more.
/// Indexes that are there already are left out, so that it may run again.
/// </summary>
internal sealed class IndexBuild(TableDefinition definition, bool hasKeyToo)
{
    private readonly SyncedTable _synced = new(definition);
    private readonly ConcurrentQueue<(string Sql, IndexDefinition? Index)> _open = new();
    private int _hasTwins;

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
        if (_hasTwins != 0 && definition.Indexes.FirstOrDefault(IsIdentifier) is { } identifier)
        {
            await AdoptAsync(connection, identifier, cancellationToken);
            step("load.table.adopted");
        }
    }

    internal string AdoptStatement(string unique)
    {
        var table = definition.QualifiedName;
        var log = PgIdentifier.Qualify(definition.Schema, ReservedNames.TriggerLog);
        var name = PgIdentifier.Literal(definition.Name);
        var column = PgIdentifier.Quote(unique);
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
              where l.sfid is null and t.sfid is not null
              order by t.id, l.id),
            moved as (
              update {log} e set record_id = p.local from pairs p
              where e.table_name = {name} and e.state in ('NEW', 'PENDING') and e.record_id = p.twin),
            twins as (delete from {table} t using pairs p where t.id = p.twin returning t.*)
            update {table} l set {string.Join(",\n  ", set)}
            from pairs p join twins t on t.id = p.twin
            where l.id = p.local
            """;
    }

    /// <summary>Text first, for its sort takes longest.</summary>
    private async Task<List<(string Sql, IndexDefinition? Index)>> ListMissingAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var existing = await TableShape.ReadIndexesAsync(connection, definition, cancellationToken);
        var missing = definition.Indexes.Where(index => !existing.Contains(index))
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
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation && IsIdentifier(index))
        {
            Interlocked.Exchange(ref _hasTwins, 1);
        }
    }

    private bool IsIdentifier(IndexDefinition? index) =>
        index is { IsUnique: true } && string.Equals(index.Column, definition.UniqueColumn, StringComparison.Ordinal);

    /// <summary>Nobody writes between the look and the end of the index, so that no new twin can come.</summary>
    private async Task AdoptAsync(NpgsqlConnection connection, IndexDefinition identifier, CancellationToken cancellationToken)
    {
        await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
        await ExecuteAsync(connection, $"lock table {definition.QualifiedName} in share row exclusive mode", cancellationToken);
        await ExecuteAsync(connection, AdoptStatement(identifier.Column), cancellationToken);
        await ExecuteAsync(connection, new FirstLoad(definition).MarkPendingStatement(), cancellationToken);
        await ExecuteAsync(connection, _synced.CreateIndexStatement(identifier), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
