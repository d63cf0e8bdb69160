using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Pull.Load;

/// <summary>
/// Which result pages of a first load are in the table. Each is noted in the transaction that brought its rows, so that pages may be
/// committed in any order and a crash costs only those under way.
/// </summary>
public sealed class PageLedger(string schema)
{
    internal async Task<IReadOnlyDictionary<string, LoadedPage>> ReadAsync(
        NpgsqlConnection connection, string objectName, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "Pull/Load/read_load_pages.sql", objectName);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var pages = new Dictionary<string, LoadedPage>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var page = new LoadedPage
            {
                Locator = reader.GetString(0),
                NextLocator = reader.GetTextOrNull(1),
                IsListed = reader.GetBoolean(2),
                Rows = reader.GetInt64(3),
            };
            pages.Add(page.Locator, page);
        }

        return pages;
    }

    /// <summary>Within the connection's open transaction, as its last statement.</summary>
    internal async Task NoteAsync(NpgsqlConnection connection, string objectName, LoadedPage page, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "Pull/Load/note_load_page.sql", objectName);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = page.Locator });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = page.NextLocator });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = page.IsListed });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = page.Rows });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal async Task ForgetAsync(NpgsqlConnection connection, string objectName, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "Pull/Load/forget_load_pages.sql", objectName);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string file, string objectName)
    {
        var command = new NpgsqlCommand(SqlFile.Read(file), connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectName });
        return command;
    }
}
