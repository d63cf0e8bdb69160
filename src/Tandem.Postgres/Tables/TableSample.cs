using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>Looks at single rows of a synced table by their sfids, and at what the change log holds for them.</summary>
public sealed class TableSample(TableDefinition definition, IReadOnlyList<string> columns)
{
    private readonly string _table = definition.QualifiedName;
    private readonly string _log = PgIdentifier.Qualify(definition.Schema, ReservedNames.TriggerLog);

    public async Task<Dictionary<string, SampledRow>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        var list = string.Join(", ", columns.Select(column => $"t.{PgIdentifier.Quote(column)}"));
        await using var command = new NpgsqlCommand(
            $"""
            select t.sfid,
              exists (
                select from {_log} l where l.table_name = $2 and l.state in ('NEW', 'PENDING') and l.record_id = t.id),
              t._hc_err is not null or t._hc_lastop is not distinct from 'FAILED',
              {list}
            from {_table} t where t.sfid = any($1)
            """,
            connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sfids] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = definition.Name });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var kinds = columns.Select(column => definition.Column(column).Type.Kind).ToArray();
        var rows = new Dictionary<string, SampledRow>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.GetString(0), new SampledRow
            {
                Values = TableReader.ReadValues(reader, 3, kinds),
                IsQueued = reader.GetBoolean(1),
                WasRefused = reader.GetBoolean(2),
            });
        }

        return rows;
    }

    /// <summary>Those of the sfids whose deletion by a user waits to be sent.</summary>
    public async Task<HashSet<string>> FindQueuedDeletesAsync(
        NpgsqlConnection connection, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select distinct l.sfid from {_log} l
            where l.table_name = $2 and l.state in ('NEW', 'PENDING') and l.action = 'DELETE' and l.sfid = any($1)
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sfids] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = definition.Name });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var queued = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            queued.Add(reader.GetString(0));
        return queued;
    }

    /// <summary>
    /// Forgets the stamps of rows that bear a later one than their record, in a transaction of <see cref="SyncSession"/>; a merge would
    /// take such a row for newer than what it brings.
    /// </summary>
    public async Task ForgetStampsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update {_table} t set systemmodstamp = null
            where t.sfid = any($1) and current_setting('xmlbinary') = 'hex'
              and not exists (
                select from {_log} l where l.table_name = $2 and l.state in ('NEW', 'PENDING') and l.record_id = t.id)
            """,
            connection,
            transaction);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sfids] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = definition.Name });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
