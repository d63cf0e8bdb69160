using Npgsql;
using Tandem.Postgres;

namespace Tandem.Sync.Catalog;

/// <summary>Which tables of a database the sync has worked: by this a database that was moved is known again.</summary>
public sealed class WorkedObjects(NpgsqlDataSource dataSource)
{
    /// <summary>The API names of the objects whose progress stands in the database of their tables.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string schema, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlFile.Read("Catalog/list_worked_objects.sql"));
        command.Parameters.AddValues(schema);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }
}
