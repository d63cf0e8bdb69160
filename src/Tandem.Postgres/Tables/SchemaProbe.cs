using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>Looks whether a schema is there before somebody makes it.</summary>
public static class SchemaProbe
{
    public static async Task<bool> ExistsAsync(NpgsqlDataSource dataSource, string schema, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SqlText.Read("Tables/schema_exists.sql"));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
