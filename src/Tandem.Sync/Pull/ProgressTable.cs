using Npgsql;
using Tandem.Postgres;
using Tandem.Sync.States;

namespace Tandem.Sync.Pull;

/// <summary>Reads and saves <see cref="Progress"/>; used by the loads and polls of one schema.</summary>
public sealed class ProgressTable(string schema)
{
    /// <summary>The marks of the polls of the same schema.</summary>
    public PollMarksTable Marks { get; } = new(schema);
    public string Schema => schema;

    /// <summary>The stored progress, or the beginning.</summary>
    public async Task<Progress> ReadAsync(NpgsqlConnection connection, string objectName, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Pull/read_progress.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectName });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return new Progress { ObjectName = objectName };
        return new Progress
        {
            ObjectName = objectName,
            State = MappingMoves.Parse(reader.GetString(0)),
            IsMerge = reader.GetBoolean(1),
            JobId = reader.GetTextOrNull(2),
            JobStartedAt = reader.GetFieldValue<DateTime?>(3),
            Locator = reader.GetTextOrNull(4),
            ArePagesDone = reader.GetBoolean(5),
            RowsLoaded = reader.GetInt64(6),
            CursorStamp = reader.GetFieldValue<DateTime?>(7),
            DeletesCoveredTo = reader.GetFieldValue<DateTime?>(8),
            Description = reader.GetTextOrNull(9),
        };
    }

    /// <summary>Saves within the connection's open transaction, or at once when there is none.</summary>
    public async Task SaveAsync(NpgsqlConnection connection, Progress progress, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Pull/save_progress.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = progress.ObjectName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = MappingMoves.ToText(progress.State) });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = progress.IsMerge });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = progress.JobId });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = progress.JobStartedAt });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = progress.Locator });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = progress.ArePagesDone });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = progress.RowsLoaded });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = progress.CursorStamp });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = progress.DeletesCoveredTo });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = progress.Description });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
