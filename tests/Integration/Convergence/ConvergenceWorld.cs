using Tandem.Simulator;
using Tandem.Simulator.Data;
using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Sync.Upkeep;
using Tandem.Sync.Verify;
using Tandem.Testing;
using Tandem.Tests.Integration.Lives;
using Tandem.Tests.Integration.Sync;
using Record = Tandem.Simulator.Data.Record;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// A simulated org, a database and the program between them, on one clock that only the plan and the program's own pauses move.
/// The program here is a whole shift, run, killed and run again.
/// </summary>
internal sealed class ConvergenceWorld : IAsyncDisposable
{
    /// <summary>No pause of the program lasts longer, no limit and no interval is shorter.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Slow answers are shorter, transactions that stay open are longer.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Unlimited = TimeSpan.FromDays(40);

    /// <summary>A contact's formula over its account, which changes when nobody touches the contact.</summary>
    private const string Metadata = """
        { "objects": [ { "name": "Contact", "fields": [
          { "name": "Account_Line__c", "type": "text", "formula": "Account.Name & ' ' & Account.Phone" } ] } ] }
        """;

    private readonly LifeSettings _settings;
    private readonly ProgramLives _lives;

    private ConvergenceWorld(TestDatabase database, FakeTimeProvider clock, SimulatorServer server, Plan plan)
    {
        Filter = ContactFilter.Choose(plan.Filter);
        _settings = new LifeSettings
        {
            Database = database,
            Observer = LifeSettings.OpenObserver(database),
            Server = server,
            Clock = clock,
            ProgramTime = new PassingTime(clock, LongestPause),
            Types = plan.Types,
            Writes = plan.Writes,
            Mappings = () => Mappings,
            Options = new SyncOptions
            {
                LoadPageRecords = plan.PageRecords,
                MergeRows = Math.Max(2, plan.PageRecords / 2),
                PushFallback = Unlimited,
                RequestInterval = Unlimited,
                Verify = new VerifyOptions { CheckInterval = TimeSpan.FromMinutes(30) },
                Upkeep = new UpkeepOptions { Interval = TimeSpan.FromMinutes(30), LiveEntries = 4, BatchEntries = 3 },
                Push = new PushOptions { ClaimRows = 5, CallRecords = 10, BulkFrom = 4, BulkJobRecords = 6, SettleRows = 3 },
            },
        };
        _lives = new ProgramLives(_settings);
    }

    public TestDatabase Database => _settings.Database;

    public FakeTimeProvider Clock => _settings.Clock;

    public SimulatorServer Server => _settings.Server;

    /// <summary>Which contacts are mapped; another one counts from the next life on.</summary>
    public ContactFilter Filter { get; set; }

    public Journal Journal => _settings.Journal;

    public CrashPlan Crashes => _settings.Crashes;

    public bool IsPrepared => _lives.IsPrepared;

    public HashSet<string> HeldOnce => _lives.HeldOnce;

    public IReadOnlyList<Mapping> Mappings =>
    [
        SyncWorld.ReadWrite(
            "Account", "Ext_Id__c", "Name", "Phone", "Industry", "AnnualRevenue", "NumberOfEmployees", "Description", "Site", "OwnerId",
            "CreatedDate", "Ext_Id__c"),
        SyncWorld.ReadWrite(
            "Contact", null, "LastName", "FirstName", "Name", "Email", "Title", "Birthdate", "DoNotCall", "AccountId", "Description",
            "OwnerId", "CreatedDate", "Account_Line__c") with { Filter = Filter.Soql },
        new Mapping
        {
            ObjectName = "CampaignMember", Access = MappingAccess.ReadOnly, Fields = ["CampaignId", "ContactId", "Status", "HasResponded"],
        },
    ];

    public static async Task<ConvergenceWorld> StartAsync(Plan plan)
    {
        var database = await TestDatabase.CreateAsync(SyncWorld.Migrated);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var folder = new TemporaryFolder();
        var metadata = folder.Combine("formula.json");
        await File.WriteAllTextAsync(metadata, Metadata, SyncWorld.Token);
        var options = new SimulatorOptions { Rows = plan.Contacts, Seed = plan.Seed, PubSubPort = null, MetadataFile = metadata };
        var server = await SimulatorServer.StartAsync(options, new PassingTime(clock, LongestAnswer), SyncWorld.Token);
        var world = new ConvergenceWorld(database, clock, server, plan);
        // A case holds its account: the org would refuse deletes of the app, which is another matter.
        var cases = server.Org.FindTable("Case")?.Records.Select(record => record.Id).ToList() ?? [];
        server.Org.HardDelete(cases, Caller.Of(server.Org.AdminUserId));
        return world;
    }

    /// <summary>Starts the program, as whoever watches over it does when it has ended.</summary>
    public Task BeginLifeAsync() => _lives.BeginAsync();

    public void Kill() => _lives.Kill();

    /// <returns>False when something still waits for a person.</returns>
    public Task<bool> SettleAsync() => _lives.SettleAsync();

    /// <summary>What the program itself finds when it compares both sides.</summary>
    public Task<IReadOnlyList<VerifyReport>> VerifyAsync() => _lives.VerifyAsync();

    /// <summary>True for a record of the org that must have a row.</summary>
    public bool IsMapped(Record record) => !record.IsDeleted && (record.Type.Name != "Contact" || Filter.Takes(record));

    public IReadOnlyList<string> Ask(string sql) => _settings.Ask(sql);

    public async ValueTask DisposeAsync()
    {
        await _lives.DisposeAsync();
        await _settings.Observer.DisposeAsync();
        await Server.DisposeAsync();
        await Database.DisposeAsync();
    }
}
