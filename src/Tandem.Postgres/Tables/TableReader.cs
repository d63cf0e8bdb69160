using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace Tandem.Postgres.Tables;

/// <summary>
/// Reads a synced table: which records it holds, and all of it in the order of the sfids. Used by delete passes and comparisons.
/// </summary>
public sealed class TableReader(TableDefinition definition)
{
    /// <summary>Those of the sfids that the table has, in their order.</summary>
    public async Task<IReadOnlyList<string>> FindPresentAsync(
        NpgsqlConnection connection, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        var sql = $"select sfid from {definition.QualifiedName} where sfid = any($1)";
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sfids] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var present = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            present.Add(reader.GetString(0));
        return [.. sfids.Where(present.Contains)];
    }

    /// <summary>
    /// Of these records, given by their sfid and the value of a datetime column in UTC, those whose row has an older value there or none.
    /// </summary>
    /// <param name="includesMissing">Records without a row count too.</param>
    public async Task<IReadOnlySet<string>> FindBehindAsync(
        NpgsqlConnection connection,
        string column,
        IReadOnlyCollection<KeyValuePair<string, DateTime>> records,
        bool includesMissing,
        CancellationToken cancellationToken)
    {
        var stamp = $"t.{PgIdentifier.Quote(column)}";
        var isLocal = definition.Column(column).Type.Kind == ColumnKind.Timestamp;
        var sql = $"""
            select w.sfid from unnest($1, $2) as w(sfid, stamp)
            {(includesMissing ? "left " : "")}join {definition.QualifiedName} t on t.sfid = w.sfid
            where ({(isLocal ? $"{stamp} at time zone 'UTC'" : stamp)} >= w.stamp) is not true
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. records.Select(record => record.Key)] });
        command.Parameters.Add(new NpgsqlParameter<DateTime[]>
        {
            TypedValue = [.. records.Select(record => DateTime.SpecifyKind(record.Value, DateTimeKind.Utc))],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
        });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var behind = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            behind.Add(reader.GetString(0));
        return behind;
    }

    /// <summary>The rows that have an sfid.</summary>
    public async Task<long> CountRecordsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var sql = $"select count(sfid) from {definition.QualifiedName}";
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(cancellationToken) is long count ? count : 0;
    }

    /// <summary>The sfids of all rows behind the given one, streamed, byte-wise ordered.</summary>
    public async IAsyncEnumerable<string> ReadSfidsAsync(
        NpgsqlConnection connection, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sql = $"select sfid from {definition.QualifiedName} where sfid collate \"C\" > $1 order by sfid collate \"C\"";
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return reader.GetString(0);
    }

    /// <summary>
    /// Every row, streamed, byte-wise by sfid, rows without one last. Values are string, bool, int, long, double, DateOnly, DateTime,
    /// TimeOnly or null.
    /// </summary>
    public async IAsyncEnumerable<object?[]> ReadOrderedAsync(
        NpgsqlConnection connection, IReadOnlyList<string> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = string.Join(", ", columns.Select(PgIdentifier.Quote));
        var sql = $"select {list} from {definition.QualifiedName} order by sfid collate \"C\" nulls last";
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var kinds = columns.Select(column => definition.Column(column).Type.Kind).ToArray();
        while (await reader.ReadAsync(cancellationToken))
            yield return ReadValues(reader, 0, kinds);
    }

    internal static object?[] ReadValues(NpgsqlDataReader reader, int first, ColumnKind[] kinds)
    {
        var values = new object?[kinds.Length];
        for (var i = 0; i < kinds.Length; i++)
            values[i] = reader.IsDBNull(first + i) ? null : Read(reader, first + i, kinds[i]);
        return values;
    }

    private static object Read(NpgsqlDataReader reader, int ordinal, ColumnKind kind) => kind switch
    {
        ColumnKind.Date => reader.GetFieldValue<DateOnly>(ordinal),
        ColumnKind.Time => reader.GetFieldValue<TimeOnly>(ordinal),
        _ => reader.GetValue(ordinal),
    };
}
