using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Server.Adopt;
using Tandem.Server.Hosting;
using Tandem.Simulator;
using Tandem.Sync.Adopt;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;
using Tandem.Testing;
using Tandem.Testing.Heroku;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Adopt;

/// <summary>An org, and a database whose schema Heroku Connect has filled and left; Tandem was never there.</summary>
internal sealed class AdoptWorld : IAsyncDisposable
{
    private AdoptWorld(TestDatabase database, SimulatorServer server)
    {
        Database = database;
        Server = server;
        Org = new OrgUser(server);
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public TestDatabase Database { get; }

    public SimulatorServer Server { get; }

    public OrgUser Org { get; }

    public static Task<AdoptWorld> StartAsync(HerokuLayout layout = HerokuLayout.Present, params HerokuTable[] tables) =>
        StartAsync(layout, RepositoryRoot.Combine("docs", "examples", "simulator-metadata.json"), tables);

    public static async Task<AdoptWorld> StartAsync(HerokuLayout layout, string metadataFile, params HerokuTable[] tables)
    {
        var database = await TestDatabase.CreateAsync();
        var options = new SimulatorOptions { Rows = 40, PubSubPort = null, MetadataFile = metadataFile };
        var server = await SimulatorServer.StartAsync(options, TimeProvider.System, Token);
        await new HerokuSchema(database.DataSource, layout).CreateAsync(
            server.BaseAddress,
            tables.Length > 0 ? tables : [HerokuTable.Account, HerokuTable.Contact, HerokuTable.Widget],
            Token);
        return new AdoptWorld(database, server);
    }

    /// <summary>As the command does it.</summary>
    public Task<AdoptOutcome> AdoptAsync(
        bool isDryRun = false,
        bool isConfirmed = true,
        IReadOnlyList<Mapping>? mappings = null,
        AdoptionOptions? adoption = null,
        VerifyLevel? verify = VerifyLevel.Values,
        string? databaseUrl = null) => new AdoptDesk(
            new AdoptOptions
            {
                Host = Host() with { Mappings = mappings ?? [], DatabaseUrl = databaseUrl ?? Database.ConnectionString },
                HasMappings = mappings is not null,
                IsDryRun = isDryRun,
                IsPauseConfirmed = isConfirmed,
                Verify = verify,
                Adoption = adoption ?? new AdoptionOptions(),
            },
            TimeProvider.System,
            NullLoggerFactory.Instance).RunAsync(Token);

    public Task<SyncHost> ServeAsync() => SyncHost.StartAsync(Host(), TimeProvider.System, NullLoggerFactory.Instance, Token);

    /// <summary>Runs as the user's application does.</summary>
    public async Task RunAsync(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Runs as Heroku Connect does.</summary>
    public Task RunAsTheirsAsync(string sql) => RunAsync($"begin; set local xmlbinary = 'hex'; {sql}; commit");

    /// <summary>All rows as text: fields joined by a bar, NULL as a dash.</summary>
    public async Task<IReadOnlyList<string>> AskAsync(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var rows = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            var fields = Enumerable.Range(0, reader.FieldCount).Select(at => reader.IsDBNull(at) ? "-" : $"{reader.GetValue(at)}");
            rows.Add(string.Join('|', fields));
        }

        return rows;
    }

    public async Task<string> AskOneAsync(string sql) => (await AskAsync(sql)).ShouldHaveSingleItem();

    /// <summary>Where every row lies and which transaction wrote it, ids and sfids beside that.</summary>
    public async Task<IReadOnlyList<string>> ReadRowsAsync(params string[] tables)
    {
        var rows = new List<string>();
        foreach (var table in tables)
            rows.AddRange(await AskAsync($"select '{table}', ctid::text, xmin::text, id, sfid from salesforce.{table} order by id"));
        return rows;
    }

    /// <summary>Everything that the system catalogue knows of the schema, and the schemas that there are.</summary>
    public async Task<IReadOnlyList<string>> ReadCatalogueAsync() =>
    [
        .. await AskAsync("select nspname::text from pg_namespace where nspname !~ '^pg_' order by 1"),
        .. await AskAsync(
            "select c.oid::regclass::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attstattarget from pg_class c "
            + "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 where c.relnamespace = 'salesforce'::regnamespace order by 1, 2"),
        .. await AskAsync(
            "select tgrelid::regclass::text, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by 1, 2"),
        .. await AskAsync(
            "select pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'salesforce'::regnamespace order by 1"),
        .. await AskAsync("select indexdef from pg_indexes where schemaname = 'salesforce' order by 1"),
        .. await AskAsync("select sequencename::text, last_value from pg_sequences where schemaname = 'salesforce' order by 1"),
    ];

    public static Task UntilAsync(Func<Task<bool>> condition, string expectation) =>
        Eventually.BecomesTrueAsync(condition, expectation, cancellationToken: Token);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Database.DisposeAsync();
    }

    private SyncHostOptions Host() => new()
    {
        DatabaseUrl = Database.ConnectionString,
        OrgUrl = Server.BaseAddress,
        Grant = SyncWorld.Password(),
        Sync = new SyncOptions { LostInsertPause = TimeSpan.FromMilliseconds(1), Verify = new VerifyOptions { Interval = null } },
    };
}
