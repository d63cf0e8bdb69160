using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Capture;

namespace Tandem.Sync.Catalog;

/// <summary>
/// Lets the tables of removed mappings go: their changes are captured no more, and how far they had come is forgotten. The rows stay,
/// and so does what is queued of them: nothing that holds data is dropped, and who maps the object again finds both.
/// Works under the lock of the schema, while no shift is there that could write any of it anew; doing it twice changes nothing. A mapping
/// is forgotten last, so that a crash between the two databases leaves it to be found again.
/// </summary>
/// <param name="catalog">The control database, which lists the mappings.</param>
/// <param name="target">The database of the tables, which may be the same.</param>
public sealed class RemovedMappings(NpgsqlDataSource catalog, NpgsqlDataSource target)
{
    public async Task LetGoAsync(Connection connection, CancellationToken cancellationToken)
    {
        if (await ListAsync(connection, cancellationToken) is not { Count: > 0 } names)
            return;
        await using var session = await target.OpenConnectionAsync(cancellationToken);
        foreach (var name in names)
        {
            await using var transaction = await session.BeginTransactionAsync(cancellationToken);
            await CaptureRemoval.RunAsync(session, connection.Schema, name.ToLowerInvariant(), cancellationToken);
            await using var forget = new NpgsqlCommand(SqlFile.Read("Catalog/forget_mapping.sql"), session);
            forget.Parameters.AddValues(connection.Id, connection.Schema, name);
            await forget.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            await using var drop = catalog.CreateCommand(SqlFile.Read("Catalog/drop_mapping.sql"));
            drop.Parameters.AddValues(connection.Id, name);
            await drop.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task<List<string>> ListAsync(Connection connection, CancellationToken cancellationToken)
    {
        await using var command = catalog.CreateCommand(SqlFile.Read("Catalog/list_removed_mappings.sql"));
        command.Parameters.AddValues(connection.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }
}
