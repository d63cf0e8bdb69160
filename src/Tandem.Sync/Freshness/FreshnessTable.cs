using Npgsql;
using NpgsqlTypes;
using Tandem.Postgres;

namespace Tandem.Sync.Freshness;

/// <summary>Reads and saves what the refreshing of derived columns must remember, and its status; of one schema.</summary>
public sealed class FreshnessTable(string schema)
{
    /// <summary>The digest of the formulas that the rows were read with; null when none is known.</summary>
    public async Task<string?> ReadDefinitionAsync(
        NpgsqlConnection connection, string objectName, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "read_freshness", objectName);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetTextOrNull(0) : null;
    }

    /// <param name="definition">Null leaves the stored one: the rows still have values of older formulas.</param>
    public async Task SaveAsync(
        NpgsqlConnection connection, FreshnessPlan plan, string? definition, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "save_freshness", plan.Source.Name);
        Add(command, NpgsqlDbType.Text, definition);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. plan.Fields.Select(field => field.Field)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. plan.Fields.Select(field => field.Kept)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task NoteTroubleAsync(
        NpgsqlConnection connection, string objectName, string sentence, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "note_trouble", objectName);
        Add(command, NpgsqlDbType.Text, sentence);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<FreshnessPart>> ReadPartsAsync(
        NpgsqlConnection connection, string objectName, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "read_parts", objectName);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var parts = new List<FreshnessPart>();
        while (await reader.ReadAsync(cancellationToken))
        {
            parts.Add(new FreshnessPart
            {
                Key = reader.GetString(0),
                IsUnderWay = reader.GetBoolean(1),
                Plan = reader.GetTextOrNull(2),
                StartedAt = reader.GetFieldValue<DateTime?>(3),
                FinishedAt = reader.GetFieldValue<DateTime?>(4),
                Since = reader.GetFieldValue<DateTime?>(5),
                Newest = reader.GetFieldValue<DateTime?>(6),
                NewestSeenAt = reader.GetFieldValue<DateTime?>(7),
                Found = reader.GetFieldValue<DateTime?>(8),
                CoveredDay = reader.GetFieldValue<DateOnly?>(9),
                RowsExpected = reader.GetInt64(10),
                RowsDone = reader.GetInt64(11),
                AfterId = reader.GetTextOrNull(12),
                JobId = reader.GetTextOrNull(13),
                Locator = reader.GetTextOrNull(14),
            });
        }

        return parts;
    }

    /// <summary>Saves within the connection's open transaction, or at once when there is none.</summary>
    public async Task SavePartAsync(
        NpgsqlConnection connection, string objectName, FreshnessPart part, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "save_part", objectName);
        Add(command, NpgsqlDbType.Text, part.Key);
        Add(command, NpgsqlDbType.Boolean, part.IsUnderWay);
        Add(command, NpgsqlDbType.Text, part.Plan);
        foreach (var moment in new[] { part.StartedAt, part.FinishedAt, part.Since, part.Newest, part.NewestSeenAt, part.Found })
            Add(command, NpgsqlDbType.TimestampTz, moment);
        Add(command, NpgsqlDbType.Date, part.CoveredDay);
        Add(command, NpgsqlDbType.Bigint, part.RowsExpected);
        Add(command, NpgsqlDbType.Bigint, part.RowsDone);
        foreach (var text in new[] { part.AfterId, part.JobId, part.Locator })
            Add(command, NpgsqlDbType.Text, text);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task AddCallsAsync(
        NpgsqlConnection connection, string objectName, DateOnly day, int calls, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "add_calls", objectName);
        Add(command, NpgsqlDbType.Date, day);
        Add(command, NpgsqlDbType.Integer, calls);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Every mapped table of the schema that has derived columns and was looked at, by name.</summary>
    public async Task<IReadOnlyList<FreshnessStatus>> ListStatusAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Freshness/list_status.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var statuses = new List<FreshnessStatus>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var kept = reader.GetFieldValue<string[]>(2);
            var calls = reader.GetFieldValue<int[]>(6);
            statuses.Add(new FreshnessStatus
            {
                ObjectName = reader.GetString(0),
                Fields = [.. reader.GetFieldValue<string[]>(1).Select((field, at) => new FieldFreshness(field, kept[at]))],
                Trouble = reader.GetTextOrNull(3),
                RefreshedAt = reader.GetFieldValue<DateTime?>(4),
                CallsByDay = [.. reader.GetFieldValue<DateOnly[]>(5).Select((day, at) => KeyValuePair.Create(day, calls[at]))],
            });
        }

        return statuses;
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string name, string objectName)
    {
        var command = new NpgsqlCommand(SqlFile.Read($"Freshness/{name}.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectName });
        return command;
    }

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
}
