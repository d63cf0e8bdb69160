using Npgsql;
using Tandem.Postgres;

namespace Tandem.Server.Demo;

/// <summary>An app on the database's side: it writes and reads contacts with plain SQL and knows nothing of Salesforce.</summary>
public sealed class DemoApp(NpgsqlDataSource dataSource, string schema)
{
    public Task InsertAsync(string externalId, string lastName, CancellationToken cancellationToken) =>
        ExecuteAsync("insert_contact.sql", [lastName, $"{externalId}@demo.test", externalId], cancellationToken);

    public Task UpdateAsync(string externalId, string title, CancellationToken cancellationToken) =>
        ExecuteAsync("update_contact.sql", [title, externalId], cancellationToken);

    public Task DeleteAsync(string externalId, CancellationToken cancellationToken) =>
        ExecuteAsync("delete_contact.sql", [externalId], cancellationToken);

    /// <summary>The contact's row; null when the table has none.</summary>
    public async Task<DemoContact?> FindAsync(string externalId, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand("find_contact.sql", [externalId]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new DemoContact(reader.GetTextOrNull(0), reader.GetTextOrNull(1))
            : null;
    }

    private async Task ExecuteAsync(string file, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(file, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand CreateCommand(string file, IReadOnlyList<string> values)
    {
        var command = dataSource.CreateCommand(
            DemoFiles.Read(file).Replace("salesforce.", PgIdentifier.Quote(schema) + ".", StringComparison.Ordinal));
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        return command;
    }
}
