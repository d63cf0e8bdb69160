using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Simulator;
using Tandem.Sync.Catalog;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Testing;
using Tandem.Tests.Integration.Lives;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>Databases whose tables are made and in step with an empty org: what every plan begins with, made once.</summary>
internal static class ChaosTemplates
{
    private static readonly Dictionary<ChaosKeys, TestTemplate> Made = Enum.GetValues<ChaosKeys>()
        .ToDictionary(keys => keys, keys => new TestTemplate(dataSource => FillAsync(dataSource, keys)));

    public static SimulatorOptions EmptyOrg { get; } = new() { Rows = 0, PubSubPort = null };

    public static Task<TestDatabase> CopyAsync(ChaosKeys keys) => TestDatabase.CreateAsync(Made[keys]);

    private static async Task FillAsync(NpgsqlDataSource dataSource, ChaosKeys keys)
    {
        var cancellationToken = CancellationToken.None;
        await new CatalogDatabase(dataSource).MigrateAsync(cancellationToken);
        await using var server = await SimulatorServer.StartAsync(EmptyOrg, TimeProvider.System, cancellationToken);
        using var salesforce = new SalesforceClient(
            new SalesforceOptions { LoginUrl = server.BaseAddress }, SyncWorld.Password(), TimeProvider.System, NullLoggerFactory.Instance);
        var settings = new ShiftSettings
        {
            Sync = new SyncOptions(), TimeProvider = TimeProvider.System, LoggerFactory = NullLoggerFactory.Instance,
        };
        var connection = new Connection
        {
            Id = Guid.Empty, Name = "test", LoginUrl = server.BaseAddress, ApiVersion = "67.0", Schema = LifeSettings.Schema,
        };
        var database = new TargetDatabase(dataSource);
        await using var control = database.Control;
        await using var shift = new ConnectionShift(
            connection, database, salesforce, new ShiftLock(LifeSettings.Schema, database, settings), settings);
        await shift.PrepareAsync(ChaosTable.Mappings(keys), cancellationToken);
        var progress = new ProgressTable(LifeSettings.Schema);
        var load = new InitialLoad(salesforce, progress, settings.Sync, TimeProvider.System, NullLogger<InitialLoad>.Instance);
        await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var mapping in shift.Mappings?.All ?? [])
            await load.RunAsync(mapping.Mapped, session, mapping.Note, cancellationToken);
    }
}
