using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>
/// What a table needs besides <see cref="SyncedTable"/> when it is taken over from another program: a look at what it holds, and the end
/// of that program's triggers under names that ours do not replace. No row is written.
/// </summary>
public sealed class TableTakeover(TableDefinition definition)
{
    /// <summary>The triggers that every synced table has, ours or the contract's, and that are made anew under their names.</summary>
    public static IReadOnlyList<string> TriggerNames(string table) =>
    [
        ReservedNames.LogTrigger(table), ReservedNames.LogTrigger(table, "update"), ReservedNames.LogTrigger(table, "delete"),
        ReservedNames.LogStartTrigger(table), ReservedNames.StatusTrigger(table), ReservedNames.TruncateTrigger(table),
    ];

    /// <param name="cursorColumn">Null when the table lacks it.</param>
    public async Task<TableContents> ReadContentsAsync(
        NpgsqlConnection connection, string? cursorColumn, bool hasSfid, CancellationToken cancellationToken)
    {
        var isLocal = cursorColumn is not null && definition.Column(cursorColumn).Type.Kind == ColumnKind.Timestamp;
        var newest = cursorColumn is null || !hasSfid
            ? "null::timestamptz"
            : $"max({PgIdentifier.Quote(cursorColumn)}) filter (where sfid is not null){(isLocal ? " at time zone 'UTC'" : "")}";
        var sql = $"""
            select count(*), {(hasSfid ? "count(sfid)" : "0::bigint")}, coalesce(max(id), 0)::bigint, {newest}
            from {definition.QualifiedName}
            """;
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new TableContents
        {
            Rows = reader.GetInt64(0),
            Records = reader.GetInt64(1),
            LastId = reader.GetInt64(2),
            Newest = reader.GetFieldValue<DateTime?>(3),
        };
    }

    /// <summary>How many values of the column stand in more than one row, so that it can have no unique index.</summary>
    public async Task<long> CountTwinsAsync(NpgsqlConnection connection, string column, CancellationToken cancellationToken)
    {
        var name = PgIdentifier.Quote(column);
        var sql = $"select count(*) from (select from {definition.QualifiedName} where {name} is not null "
            + $"group by {name} having count(*) > 1) twins";
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(cancellationToken) is long count ? count : 0;
    }

    /// <summary>Within the connection's open transaction; a trigger that is gone already is no failure.</summary>
    public async Task DropTriggersAsync(
        NpgsqlConnection connection, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            await ExecuteAsync(
                connection, $"drop trigger if exists {PgIdentifier.Quote(name)} on {definition.QualifiedName}", cancellationToken);
        }
    }

    /// <summary>Sets the sequence of the table's id behind every row; one that is further stays.</summary>
    public Task RaiseSequenceAsync(NpgsqlConnection connection, string sequence, CancellationToken cancellationToken) =>
        RaiseAsync(connection, definition.Schema, sequence, $"(select max(id) from {definition.QualifiedName})", cancellationToken);

    internal static Task RaiseAsync(
        NpgsqlConnection connection, string schema, string sequence, string lastId, CancellationToken cancellationToken)
    {
        var name = PgIdentifier.Qualify(schema, sequence);
        return ExecuteAsync(
            connection,
            $"select setval({PgIdentifier.TextLiteral(name)}::regclass, {lastId}) from {name} s where s.last_value < {lastId}",
            cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
