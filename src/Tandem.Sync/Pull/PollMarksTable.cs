using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Pull;

/// <summary>Reads and saves <see cref="PollMarks"/>; used by the polls and reconciliations of one schema.</summary>
public sealed class PollMarksTable(string schema)
{
    /// <summary>The stored ones, or the beginning.</summary>
    public async Task<PollMarks> ReadAsync(NpgsqlConnection connection, string objectName, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Pull/read_poll_progress.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectName });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return new PollMarks();
        return new PollMarks
        {
            SeenTo = reader.GetFieldValue<DateTime?>(0),
            Lag = reader.GetFieldValue<TimeSpan>(1),
            LagAt = reader.GetFieldValue<DateTime?>(2),
            JobId = reader.GetTextOrNull(3),
            JobStartedAt = reader.GetFieldValue<DateTime?>(4),
            Locator = reader.GetTextOrNull(5),
            ReconciledAt = reader.GetFieldValue<DateTime?>(6),
            ReconcileStartedAt = reader.GetFieldValue<DateTime?>(7),
            ReconciledTo = reader.GetTextOrNull(8),
            IsReconcileAsked = reader.GetBoolean(9),
        };
    }

    /// <summary>Saves within the connection's open transaction, or at once when there is none.</summary>
    public async Task SaveAsync(NpgsqlConnection connection, string objectName, PollMarks marks, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Pull/save_poll_progress.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectName });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = marks.SeenTo });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = marks.Lag });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = marks.LagAt });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = marks.JobId });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = marks.JobStartedAt });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = marks.Locator });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = marks.ReconciledAt });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = marks.ReconcileStartedAt });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = marks.ReconciledTo });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = marks.IsReconcileAsked });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
