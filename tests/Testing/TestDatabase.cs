using Npgsql;

namespace Tandem.Testing;

/// <summary>
/// An empty database for one test, copied from a template of the test server in milliseconds and dropped with its sessions at dispose.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const int FirstWithStrategies = 15;

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
        return await CopyAsync(address, "template0");
    }

    /// <summary>The same, with what a first use of the server put into a template; for what many tests make alike.</summary>
    /// <param name="template">Made once in the life of this process, by whoever asks first.</param>
    public static async Task<TestDatabase> CreateAsync(TestTemplate template)
    {
        var made = await template.MakeAsync();
        return await CopyAsync(made._serverAddress, made._name);
    }

    /// <summary>Ends every session, without which nobody can copy the database.</summary>
    internal async Task CloseAsync()
    {
        await DataSource.DisposeAsync();
        ClearPool();
        await RunAsync(_serverAddress, $"alter database {_name} allow_connections false");
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        // Code under test may have opened a pool of its own on this address; its idle connections would outlive the database.
        ClearPool();
        await using var connection = new NpgsqlConnection(_serverAddress);
        await connection.OpenAsync();
        await RunAsync(connection, EndSessions(_name));
        await RunAsync(connection, $"drop database if exists {_name} with (force)");
    }

    /// <summary>
    /// Ends the sessions of a database and waits until they are gone, five seconds at most: where one is left, if only on its way out, the
    /// drop sleeps a tenth of a second before it looks again.
    /// </summary>
    private static string EndSessions(string name) =>
        $"""
        do $$
        begin
          perform pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and backend_type = 'client backend';
          for look in 1..5000 loop
            perform pg_stat_clear_snapshot();
            exit when not exists (select from pg_stat_activity where datname = '{name}' and backend_type = 'client backend');
            perform pg_sleep(0.001);
          end loop;
        end $$
        """;

    private void ClearPool()
    {
        using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    /// <summary>File by file, as servers before 15 always do: without a log of each block this takes a quarter of the time.</summary>
    private static async Task<TestDatabase> CopyAsync(string address, string template)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        var strategy = connection.PostgreSqlVersion.Major >= FirstWithStrategies ? " strategy file_copy" : "";
        await RunAsync(connection, $"create database {name} template {template}{strategy}");
        return new TestDatabase(address, name);
    }

    private static async Task RunAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        await RunAsync(connection, sql);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
