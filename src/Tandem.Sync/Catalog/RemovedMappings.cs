using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Capture;

namespace Tandem.Sync.Catalog;

/// <summary>
/// Lets the tables of removed mappings go: their changes are captured no more, and how far they had come is forgotten. The rows stay,
/// and so does what is queued of them: nothing that holds data is dropped, and who maps the object again finds both.
/// Works under the lock of the schema, while no shift is there that could write any of it anew; doing it twice changes nothing.
/// </summary>
public sealed class RemovedMappings(NpgsqlDataSource dataSource)
{
    public async Task LetGoAsync(Connection connection, CancellationToken cancellationToken)
    {
        await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var name in await ListAsync(session, connection, cancellationToken))
        {
            await using var transaction = await session.BeginTransactionAsync(cancellationToken);
            await CaptureRemoval.RunAsync(session, connection.Schema, name.ToLowerInvariant(), cancellationToken);
            await using var forget = new NpgsqlCommand(SqlFile.Read("Catalog/forget_mapping.sql"), session);
            forget.Parameters.AddValues(connection.Id, connection.Schema, name);
            await forget.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    private static async Task<List<string>> ListAsync(
        NpgsqlConnection session, Connection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFile.Read("Catalog/list_removed_mappings.sql"), session);
        command.Parameters.AddValues(connection.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }
}
