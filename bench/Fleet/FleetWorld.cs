using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Bench.Load;
using Tandem.Postgres.Tables;
using Tandem.Server.EmbeddedPostgres;
using Tandem.Server.Hosting;
using Tandem.Server.Secrets;
using Tandem.Sync.Catalog;

namespace Tandem.Bench.Fleet;

/// <summary>
/// A server of many connections to one small org, each with a schema of its own in one Postgres. Org, database and server are processes
/// of their own. Dispose leaves nothing behind.
/// </summary>
internal sealed class FleetWorld : IAsyncDisposable
{
    public const string Token = "the-token-of-the-benchmark";

    private const string Database = "bench_fleet";
    private const int RowsOfEach = 20;

    private readonly string _folder;
    private readonly EmbeddedPostgresServer _postgres;
    private readonly SimulatorProcess _org;

    private FleetWorld(
        string folder, EmbeddedPostgresServer postgres, SimulatorProcess org, NpgsqlDataSource dataSource, ServerProcess server)
    {
        (_folder, _postgres, _org) = (folder, postgres, org);
        DataSource = dataSource;
        Server = server;
    }

    public NpgsqlDataSource DataSource { get; }

    public ServerProcess Server { get; }

    public static async Task<FleetWorld> StartAsync(
        FleetBenchOptions options, TimeProvider timeProvider, Action<string> say, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bench-").FullName;
        say("Starting Postgres and an org...");
        var postgres = await EmbeddedPostgresServer.StartAsync(
            new EmbeddedPostgresOptions { DataFolder = folder + "-postgres" },
            timeProvider,
            NullLogger<EmbeddedPostgresServer>.Instance,
            cancellationToken);
        var org = await SimulatorProcess.StartAsync(
            folder, await ObjectsFile.WriteAsync(folder, options.Mappings, RowsOfEach, cancellationToken), cancellationToken);
        var url = await FreshDatabase.RecreateAsync(postgres.ConnectionString, Database, cancellationToken);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        say(string.Create(CultureInfo.InvariantCulture, $"Storing {options.Connections} connections..."));
        await StoreAsync(url, org.Url, key, options, timeProvider, cancellationToken);
        say("Starting the server...");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DATABASE_URL"] = url, [MasterKeys.Variable] = key, ["TANDEM_API_TOKEN"] = Token,
        };
        var server = await ServerProcess.StartAsync(environment, cancellationToken);
        return new FleetWorld(folder, postgres, org, NpgsqlDataSource.Create(url), server);
    }

    /// <summary>What the one row of the query says.</summary>
    public async Task<long> CountAsync(string file, CancellationToken cancellationToken)
    {
        await using var command = DataSource.CreateCommand(SqlFile.Read(file));
        return await command.ExecuteScalarAsync(cancellationToken) is long count ? count : 0;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await DataSource.DisposeAsync();
        await _org.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        if (Directory.Exists(_folder + "-postgres"))
            Directory.Delete(_folder + "-postgres", recursive: true);
    }

    private static async Task StoreAsync(
        string url, Uri orgUrl, string key, FleetBenchOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var fleetOptions = new FleetOptions
        {
            DatabaseUrl = url, Keys = new MasterKeys { Current = MasterKey.Parse(key, MasterKeys.Variable) },
        };
        await using var fleet = await ConnectionFleet.StartAsync(
            fleetOptions, timeProvider, NullLoggerFactory.Instance, cancellationToken);
        var mappings = Enumerable.Range(0, options.Mappings).Select(ObjectsFile.MappingOf).ToList();
        for (var number = 0; number < options.Connections; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"fleet{number}");
            var connection = new Connection
            {
                Id = Guid.CreateVersion7(timeProvider.GetUtcNow()),
                Name = name,
                LoginUrl = orgUrl,
                ApiVersion = "67.0",
                Schema = name,
                AppName = name,
            };
            await fleet.AddAsync(new ConnectionDraft(connection), cancellationToken);
            await fleet.Catalog.SaveAsync(connection, mappings, cancellationToken);
            await fleet.ChangeAsync(
                async session =>
                {
                    await fleet.Credentials.SaveSignInAsync(session, connection.Id, LoadWorld.Grant, cancellationToken);
                    return true;
                },
                cancellationToken);
        }
    }
}
