using Npgsql;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// The list <c>tandem.read_error</c> of one schema: records that a pull left out, because a value does not fit. Whoever merges a page
/// saves what was held of it in the same transaction, so that no cursor passes a record that neither arrived nor stands here.
/// </summary>
public sealed class ReadErrors(string schema)
{
    /// <summary>Within the connection's open transaction. Doing it again only moves the time when the error was last seen.</summary>
    public async Task SaveAsync(
        NpgsqlConnection connection, string objectName, IReadOnlyList<HeldRow> held, CancellationToken cancellationToken)
    {
        if (held.Count == 0)
            return;
        await using var command = Command("Pull/save_read_errors.sql", connection, objectName);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. held.Select(row => row.Sfid)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. held.Select(row => row.Field.Column.Name)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. held.Select(row => row.Sentence)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Within the transaction that merged these records, or once they are gone from the org.</summary>
    public async Task RemoveAsync(
        NpgsqlConnection connection, string objectName, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        if (sfids.Count == 0)
            return;
        await using var command = Command("Pull/remove_read_errors.sql", connection, objectName);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sfids] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The records with read errors behind one, by their ids.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(
        NpgsqlConnection connection, string objectName, string after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Command("Pull/list_read_errors.sql", connection, objectName);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sfids = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            sfids.Add(reader.GetString(0));
        return sfids;
    }

    /// <summary>Those of the records that have read errors.</summary>
    public async Task<IReadOnlySet<string>> FindAsync(
        NpgsqlConnection connection, string objectName, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        await using var command = Command("Pull/find_read_errors.sql", connection, objectName);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sfids] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var held = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            held.Add(reader.GetString(0));
        return held;
    }

    /// <summary>How many records of each object are held; objects without any are missing.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Pull/count_read_errors.sql"), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        return counts;
    }

    private NpgsqlCommand Command(string path, NpgsqlConnection connection, string objectName) => new(SqlFile.Read(path), connection)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = schema },
            new NpgsqlParameter<string> { TypedValue = objectName },
        },
    };
}
