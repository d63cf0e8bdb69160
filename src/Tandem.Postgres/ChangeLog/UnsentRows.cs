using Npgsql;

namespace Tandem.Postgres.ChangeLog;

/// <summary>
/// Tells of rows by their local ids whether they are there, which Salesforce ids they have, and what became of their inserts.
/// </summary>
public sealed class UnsentRows(string schema)
{
    /// <summary>The Salesforce ids of the rows that are present; null for one that has none.</summary>
    public async Task<IReadOnlyDictionary<int, string?>> ReadSfidsAsync(
        NpgsqlConnection connection, string table, IReadOnlyList<int> recordIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recordIds);
        await using var command = Command(connection, SqlText.ForTable("ChangeLog/read_rows.sql", schema, table), recordIds.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sfids = new Dictionary<int, string?>();
        while (await reader.ReadAsync(cancellationToken))
            sfids.Add(reader.GetInt32(0), reader.GetTextOrNull(1));
        return sfids;
    }

    /// <summary>The rows without Salesforce id that have one of the keys in the column.</summary>
    /// <param name="keys">In lower case; an external id is found whatever its case.</param>
    public async Task<IReadOnlyList<int>> FindByKeyAsync(
        NpgsqlConnection connection, string table, string column, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        await using var command = Command(
            connection, SqlText.ForTable("ChangeLog/read_unsent_by_key.sql", schema, table), column, keys.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt32(0));
        return ids;
    }

    /// <summary>The inserts that wait, are under way or failed, by local id; a row without such an entry is absent.</summary>
    public async Task<IReadOnlyDictionary<int, RowInsert>> FindInsertsAsync(
        NpgsqlConnection connection, string table, IReadOnlyList<int> recordIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recordIds);
        await using var command = Command(
            connection, SqlText.InSchema("ChangeLog/read_inserts.sql", schema), table, recordIds.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var inserts = new Dictionary<int, RowInsert>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var state = Enum.Parse<ChangeState>(reader.GetString(2), ignoreCase: true);
            inserts.Add(reader.GetInt32(0), new RowInsert(new ChangeId(reader.GetInt32(1)), state));
        }

        return inserts;
    }

    /// <summary>Turns those that are NEW into PENDING, whatever stands before them in the log.</summary>
    public async Task ClaimAsync(NpgsqlConnection connection, IReadOnlyList<ChangeId> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        await using var command = Command(
            connection,
            SqlText.InSchema("ChangeLog/claim_entries.sql", schema),
            changes.Select(change => change.Value).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddValues(values);
        return command;
    }
}
