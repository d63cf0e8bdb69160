using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Pull;

/// <summary>
/// What the tables of one schema hold, and the refreshes that they are owed; used when a mapping or the org's schema changes, and by
/// the worker that carries them out. Everything happens within the connection's open transaction, or at once when there is none.
/// </summary>
public sealed class RefreshTable(string schema)
{
    /// <summary>The refresh to work at; null when there is none.</summary>
    public async Task<Refresh?> FindNextAsync(NpgsqlConnection connection, string objectName, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "read_refresh", objectName);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return new Refresh
        {
            Id = reader.GetInt64(0),
            ObjectName = objectName,
            Kind = Enum.Parse<RefreshKind>(reader.GetString(1), ignoreCase: true),
            Columns = reader.GetFieldValue<string[]>(2),
            Filter = reader.GetTextOrNull(3),
            Step = Enum.Parse<RefreshStep>(reader.GetString(4), ignoreCase: true),
            JobId = reader.GetTextOrNull(5),
            ReadFrom = reader.GetFieldValue<DateTime?>(6),
            Place = reader.GetTextOrNull(7),
            RowsDone = reader.GetInt64(8),
            RowsTotal = reader.GetFieldValue<long?>(9),
        };
    }

    public static async Task SaveAsync(NpgsqlConnection connection, Refresh refresh, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Pull/save_refresh.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = refresh.Id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ToText(refresh.Step) });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = refresh.JobId });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = refresh.ReadFrom });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = refresh.Place });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = refresh.RowsDone });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = refresh.RowsTotal });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>One refresh of a kind at a time: asking again for the same changes nothing, for another reading begins it anew.</summary>
    public async Task AskAsync(
        NpgsqlConnection connection, string objectName, RefreshKind kind, TableContent content, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "ask_refresh", objectName);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ToText(kind) });
        AddContent(command, content);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Has a reload or a filter change under way begin anew when the mapping asks for something else by now.</summary>
    public async Task RetargetAsync(
        NpgsqlConnection connection, string objectName, TableContent content, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "retarget_refreshes", objectName);
        AddContent(command, content);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task EndAsync(
        NpgsqlConnection connection, string objectName, IEnumerable<RefreshKind> kinds, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "end_refreshes", objectName);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. kinds.Select(kind => ToText(kind))] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task ForgetSeenAsync(NpgsqlConnection connection, Refresh refresh, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Pull/forget_seen.sql"), connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = refresh.Id });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Null for a table that nobody has noted yet.</summary>
    public async Task<TableContent?> ReadContentAsync(NpgsqlConnection connection, string objectName, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "read_table_content", objectName);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new TableContent(reader.GetFieldValue<string[]>(0), reader.GetTextOrNull(1))
            : null;
    }

    public async Task SaveContentAsync(
        NpgsqlConnection connection, string objectName, TableContent content, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "save_table_content", objectName);
        AddContent(command, content);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string name, string objectName) => new(
        SqlFile.Read($"Pull/{name}.sql"), connection)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = schema },
            new NpgsqlParameter<string> { TypedValue = objectName },
        },
    };

    private static void AddContent(NpgsqlCommand command, TableContent content)
    {
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. content.Columns] });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = content.Filter });
    }

    private static string ToText<T>(T value)
        where T : struct, Enum => value.ToString().ToUpperInvariant();
}
