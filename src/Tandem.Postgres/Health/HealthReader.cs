using Npgsql;
using Tandem.Postgres.Tables;

namespace Tandem.Postgres.Health;

/// <summary>Asks a server how it stands with a synced schema, by its catalogue and statistics alone: no table is scanned.</summary>
public sealed class HealthReader(string schema)
{
    public static async Task<DatabaseHealth> ReadDatabaseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Health/read_database.sql"), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new DatabaseHealth
        {
            VersionNumber = reader.GetInt32(0),
            Version = reader.GetString(1),
            HstoreSchema = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2),
            IsReadOnly = reader.GetBoolean(3),
            IsAutovacuumOn = reader.GetBoolean(4),
            MaxSessions = reader.GetInt32(5),
            Sessions = reader.GetInt32(6),
            Now = reader.GetFieldValue<DateTimeOffset>(7),
        };
    }

    /// <summary>By name; a table that is not there is missing.</summary>
    public async Task<IReadOnlyDictionary<string, TableHealth>> ReadTablesAsync(
        NpgsqlConnection connection, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.Read("Health/read_tables.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. tables] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, TableHealth>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var plain = reader.GetFieldValue<string[]>(4).Select(column => new IndexDefinition(column, IsUnique: false));
            var unique = reader.GetFieldValue<string[]>(5).Select(column => new IndexDefinition(column, IsUnique: true));
            found.Add(reader.GetString(0), new TableHealth
            {
                IsAutovacuumOn = reader.GetBoolean(1),
                LiveRows = reader.GetInt64(2),
                DeadRows = reader.GetInt64(3),
                Indexes = plain.Concat(unique).ToHashSet(),
                Triggers = reader.GetFieldValue<string[]>(6).ToHashSet(StringComparer.Ordinal),
                DisabledTriggers = reader.GetFieldValue<string[]>(7).ToHashSet(StringComparer.Ordinal),
            });
        }

        return found;
    }

    public async Task<LogHealth> ReadLogAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlText.InSchema("Health/read_log.sql", schema), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var waits = await reader.IsDBNullAsync(0, cancellationToken)
            ? TimeSpan.Zero
            : reader.GetFieldValue<DateTimeOffset>(1) - reader.GetFieldValue<DateTimeOffset>(0);
        return new LogHealth { OldestWaits = waits, LogBytes = reader.GetInt64(2), ArchiveBytes = reader.GetInt64(3) };
    }
}
