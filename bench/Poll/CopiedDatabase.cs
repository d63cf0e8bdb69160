using Npgsql;
using Tandem.Postgres;

namespace Tandem.Bench.Poll;

/// <summary>Copies a database whole, so that two jobs start from the same table, and waits until the disk has it.</summary>
internal static class CopiedDatabase
{
    /// <returns>The connection string of the copy.</returns>
    public static async Task<string> RecreateAsync(string source, string name, CancellationToken cancellationToken)
    {
        NpgsqlConnection.ClearAllPools();
        var from = new NpgsqlConnectionStringBuilder(source);
        var server = new NpgsqlConnectionStringBuilder(source) { Database = "postgres", Pooling = false };
        await using var dataSource = NpgsqlDataSource.Create(server);
        string[] statements =
        [
            $"drop database if exists {PgIdentifier.Quote(name)} with (force)",
            $"create database {PgIdentifier.Quote(name)} template {PgIdentifier.Quote(from.Database ?? "")}",
            "checkpoint",
        ];
        foreach (var statement in statements)
        {
            await using var command = dataSource.CreateCommand(statement);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return new NpgsqlConnectionStringBuilder(source) { Database = name }.ConnectionString;
    }
}
