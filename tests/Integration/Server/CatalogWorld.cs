using System.Security.Cryptography;
using Npgsql;
using Tandem.Server.Secrets;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Server;

/// <summary>A database with an empty catalogue, a clock that stands still, and what tests of access ask of both.</summary>
internal sealed class CatalogWorld : IAsyncDisposable
{
    /// <summary>Text that wants to be SQL; wherever a person may give a name, it is only a name.</summary>
    public const string SqlName = "'); drop schema tandem cascade; --\" $1 $$ \\";

    private CatalogWorld(TestDatabase database) => Database = database;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Actor Person { get; } = Actor.CommandLine("tester");

    public TestDatabase Database { get; }

    public NpgsqlDataSource DataSource => Database.DataSource;

    public FakeTimeProvider Time { get; } = new();

    public static async Task<CatalogWorld> CreateAsync() => new(await TestDatabase.CreateAsync(SyncWorld.Migrated));

    public static MasterKey NewKey() => MasterKey.Parse(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), "test");

    public async Task<Guid> AddConnectionAsync(string name)
    {
        var connection = new Connection
        {
            Id = Guid.NewGuid(), Name = name, LoginUrl = new Uri("https://login.salesforce.com"), ApiVersion = "67.0", Schema = name,
        };
        await new CatalogDatabase(DataSource).SaveAsync(connection, [], Token);
        return connection.Id;
    }

    public async Task RunAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Token) is T value ? value : throw new InvalidOperationException($"No {typeof(T)}: {sql}");
    }

    /// <summary>Everything that stands in the tables of the catalogue, as text, binary columns decoded.</summary>
    public async Task<string> DumpAsync()
    {
        await using var command = DataSource.CreateCommand(
            "select query_to_xml(format('select * from tandem.%I', tablename), true, false, '')::text from pg_tables "
            + "where schemaname = 'tandem' order by tablename");
        await using var reader = await command.ExecuteReaderAsync(Token);
        var text = "";
        while (await reader.ReadAsync(Token))
            text += reader.GetString(0);
        return text;
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
