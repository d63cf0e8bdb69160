using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Salesforce.Auth;
using Tandem.Server.Api;
using Tandem.Server.EmbeddedPostgres;
using Tandem.Server.Hosting;
using Tandem.Simulator;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Server.Demo;

/// <summary>
/// A whole small world in one process: a simulated org, a database, and the sync between them. The org lives in memory and begins
/// anew each time, so the demo's database does too. Used by <c>tandem demo</c>, its check and the benchmarks.
/// </summary>
public sealed class DemoWorld : IAsyncDisposable
{
    private const string DatabaseName = "tandem_demo";

    private readonly EmbeddedPostgresServer? _postgres;
    private readonly SimulatorServer _simulator;
    private readonly ConnectionFleet _fleet;
    private readonly ApiServer? _api;

    private DemoWorld(
        EmbeddedPostgresServer? postgres, string databaseUrl, SimulatorServer simulator, ConnectionFleet fleet, ApiServer? api)
    {
        _postgres = postgres;
        DatabaseUrl = databaseUrl;
        _simulator = simulator;
        _fleet = fleet;
        _api = api;
    }

    /// <summary>As psql takes it.</summary>
    public string DatabaseUrl { get; }

    public Uri OrgUrl => _simulator.BaseAddress;

    /// <summary>Where the REST API is served; null when it is not.</summary>
    public Uri? ApiUrl => _api?.Address;

    /// <summary>The one connection.</summary>
    public ConnectionLife Connection => _fleet.All.Single();

    /// <summary>What is at work for it, which somebody may have paused.</summary>
    /// <exception cref="ConfigurationException">Nothing is; the sentence says why.</exception>
    public SyncHost Host => Connection.Host
        ?? throw new ConfigurationException(Connection.Standing.Sentence ?? "The connection is not at work.");

    /// <summary>Starts everything but the sync's own run.</summary>
    /// <param name="say">Is told what happens, for a person who waits.</param>
    /// <exception cref="ConfigurationException">It cannot start as asked.</exception>
    public static async Task<DemoWorld> StartAsync(
        DemoOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        Action<string> say,
        CancellationToken cancellationToken)
    {
        EmbeddedPostgresServer? postgres = null;
        SimulatorServer? simulator = null;
        ConnectionFleet? fleet = null;
        try
        {
            if (options.DatabaseUrl is null)
            {
                say("Starting Postgres...");
                postgres = await StartPostgresAsync(options, timeProvider, loggerFactory, cancellationToken);
            }

            var databaseUrl = await OpenDatabaseAsync(options, postgres, cancellationToken);
            say($"Starting an org with {options.Rows:N0} contacts...");
            simulator = await StartSimulatorAsync(options, timeProvider, cancellationToken);
            say("Preparing the sync...");
            fleet = await ConnectionFleet.StartAsync(
                new FleetOptions
                {
                    DatabaseUrl = databaseUrl,
                    Given = BuildHostOptions(options, databaseUrl, simulator),
                },
                timeProvider,
                loggerFactory,
                cancellationToken);
            var api = await StartApiAsync(options, fleet, timeProvider, loggerFactory, cancellationToken);
            return new DemoWorld(postgres, postgres is null ? databaseUrl : ForDatabase(postgres.Url), simulator, fleet, api);
        }
        catch
        {
            if (fleet is not null)
                await fleet.DisposeAsync();
            if (simulator is not null)
                await simulator.DisposeAsync();
            if (postgres is not null)
                await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Works until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _fleet.RunAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
            await _api.DisposeAsync();
        await _fleet.DisposeAsync();
        await _simulator.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    private static async Task<EmbeddedPostgresServer> StartPostgresAsync(
        DemoOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        var folder = options.DataFolder ?? EmbeddedPostgresOptions.DefaultDataFolder;
        try
        {
            return await EmbeddedPostgresServer.StartAsync(
                new EmbeddedPostgresOptions { DataFolder = folder },
                timeProvider,
                loggerFactory.CreateLogger<EmbeddedPostgresServer>(),
                cancellationToken);
        }
        catch (EmbeddedPostgresException exception)
        {
            throw new ConfigurationException(exception.Message, exception);
        }
    }

    /// <summary>Ours is made anew; a given one is not ours to empty, so the demo's schema must not be there yet.</summary>
    private static async Task<string> OpenDatabaseAsync(
        DemoOptions options, EmbeddedPostgresServer? postgres, CancellationToken cancellationToken)
    {
        if (postgres is not null)
            return await FreshDatabase.RecreateAsync(postgres.ConnectionString, DatabaseName, cancellationToken);
        var url = options.DatabaseUrl ?? "";
        await using var dataSource = NpgsqlDataSource.Create(DatabaseWords.Parse(url));
        if (await HasSchemaAsync(dataSource, options.Schema, url, cancellationToken))
        {
            throw new ConfigurationException(
                $"The database {DatabaseWords.Describe(url)} already has a schema {options.Schema}, which the demo would write into: "
                + "give it another with --schema, or another database.");
        }

        return url;
    }

    private static async Task<bool> HasSchemaAsync(
        NpgsqlDataSource dataSource, string schema, string url, CancellationToken cancellationToken)
    {
        try
        {
            return await SchemaProbe.ExistsAsync(dataSource, schema, cancellationToken);
        }
        catch (Exception exception) when (DatabaseWords.Explain(exception, url) is { } sentence)
        {
            throw new ConfigurationException(sentence, exception);
        }
    }

    private static async Task<SimulatorServer> StartSimulatorAsync(
        DemoOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        try
        {
            return await SimulatorServer.StartAsync(
                new SimulatorOptions { Port = options.OrgPort, Rows = options.Rows, Seed = options.Seed }, timeProvider, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException)
        {
            throw new ConfigurationException(exception.Message, exception);
        }
    }

    private static async Task<ApiServer?> StartApiAsync(
        DemoOptions options,
        ConnectionFleet fleet,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken) => options.ApiPort is not { } port
            ? null
            : await ApiServer.StartAsync(
                fleet,
                new ApiOptions
                {
                    Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
                    Token = options.ApiToken,
                },
                timeProvider,
                loggerFactory,
                cancellationToken);

    private static SyncHostOptions BuildHostOptions(DemoOptions options, string databaseUrl, SimulatorServer simulator)
    {
        var defaults = new SimulatorOptions();
        return new SyncHostOptions
        {
            DatabaseUrl = databaseUrl,
            Schema = options.Schema,
            AppName = "demo",
            OrgUrl = simulator.BaseAddress,
            Grant = OAuthGrant.Password(defaults.ClientId, defaults.ClientSecret, defaults.UserName, defaults.Password),
            Mappings = MappingFile.Parse(DemoFiles.Read("mappings.json")).Mappings,
        };
    }

    private static string ForDatabase(string url) => new UriBuilder(url) { Path = DatabaseName }.Uri.ToString();
}
