using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>Makes databases for those who want an empty one, such as the demo and the benchmarks.</summary>
public static class FreshDatabase
{
    /// <summary>Drops the database, sessions or not, and makes it anew, empty.</summary>
    /// <param name="serverConnectionString">Leads to any other database of the server, as a role that may create databases.</param>
    /// <returns>The connection string of the new database.</returns>
    public static async Task<string> RecreateAsync(string serverConnectionString, string name, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnectionStringBuilder(serverConnectionString) { Pooling = false };
        await using var dataSource = NpgsqlDataSource.Create(server);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"drop database if exists {PgIdentifier.Quote(name)} with (force)", cancellationToken);
        await ExecuteAsync(connection, $"create database {PgIdentifier.Quote(name)}", cancellationToken);
        return new NpgsqlConnectionStringBuilder(serverConnectionString) { Database = name }.ConnectionString;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
