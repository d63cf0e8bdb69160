using Npgsql;

namespace Tandem.Postgres.Tables;

/// <summary>Makes databases, empty or as copies, for those who want one of their own, such as the demo and the benchmarks.</summary>
public static class FreshDatabase
{
    /// <summary>Drops the database, sessions or not, and makes it anew, empty.</summary>
    /// <param name="serverConnectionString">Leads to any other database of the server, as a role that may create databases.</param>
    /// <returns>The connection string of the new database.</returns>
    public static async Task<string> RecreateAsync(string serverConnectionString, string name, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            serverConnectionString,
            [$"drop database if exists {PgIdentifier.Quote(name)} with (force)", $"create database {PgIdentifier.Quote(name)}"],
            cancellationToken);
        return new NpgsqlConnectionStringBuilder(serverConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Drops the database, and makes it anew as a copy of another, which nobody may use meanwhile; the disk has it then.</summary>
    /// <returns>The connection string of the copy.</returns>
    public static async Task<string> CopyAsync(
        string serverConnectionString, string source, string name, CancellationToken cancellationToken)
    {
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync(
            serverConnectionString,
            [
                $"drop database if exists {PgIdentifier.Quote(name)} with (force)",
                $"create database {PgIdentifier.Quote(name)} template {PgIdentifier.Quote(source)}",
                "checkpoint",
            ],
            cancellationToken);
        return new NpgsqlConnectionStringBuilder(serverConnectionString) { Database = name }.ConnectionString;
    }

    private static async Task ExecuteAsync(
        string serverConnectionString, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnectionStringBuilder(serverConnectionString) { Pooling = false };
        await using var dataSource = NpgsqlDataSource.Create(server);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
