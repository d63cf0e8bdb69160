using Npgsql;

namespace Tandem.Testing;

/// <summary>
/// An empty database for one test, copied from a template of the test server in milliseconds and dropped with its sessions at dispose.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _serverAddress;
    private readonly string _name;

    private TestDatabase(string serverAddress, string name)
    {
        _serverAddress = serverAddress;
        _name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(serverAddress) { Database = name }.ConnectionString;
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>Makes a database; without any Postgres the test that asked is skipped at a desk and fails on CI.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var address = await PostgresServerFixture.ConnectionStringAsync();
        var name = $"test_{Guid.NewGuid():N}";
        await RunAsync(address, $"create database {name} template template0");
        return new TestDatabase(address, name);
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        // Code under test may have opened a pool of its own on this address; its idle connections would outlive the database.
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await RunAsync(_serverAddress, $"drop database if exists {_name} with (force)");
    }

    private static async Task RunAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
