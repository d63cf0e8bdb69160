using Microsoft.Extensions.Logging;
using Npgsql;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Simulator;
using Tandem.Simulator.Data;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Sync.Upkeep;
using Tandem.Sync.Verify;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;
using Record = Tandem.Simulator.Data.Record;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// A simulated org, a database and the program between them, on one clock that only the plan and the program's own pauses move.
/// The program here is a whole shift, run, killed and run again.
/// </summary>
internal sealed class ConvergenceWorld : IAsyncDisposable
{
    public const string Schema = "salesforce";

    /// <summary>No pause of the program lasts longer, no limit and no interval is shorter.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Slow answers are shorter, transactions that stay open are longer.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Unlimited = TimeSpan.FromDays(40);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private const int MostLives = 12;

    /// <summary>A contact's formula over its account, which changes when nobody touches the contact.</summary>
    private const string Metadata = """
        { "objects": [ { "name": "Contact", "fields": [
          { "name": "Account_Line__c", "type": "text", "formula": "Account.Name & ' ' & Account.Phone" } ] } ] }
        """;

    private int _lives;
    private ProgramLife? _life;

    private ConvergenceWorld(TestDatabase database, FakeTimeProvider clock, SimulatorServer server, Plan plan)
    {
        Database = database;
        Clock = clock;
        Server = server;
        ProgramTime = new PassingTime(clock, LongestPause);
        Types = plan.Types;
        Writes = plan.Writes;
        Filter = ContactFilter.Choose(plan.Filter);
        Options = new SyncOptions
        {
            LoadPageRecords = plan.PageRecords,
            MergeRows = Math.Max(2, plan.PageRecords / 2),
            PushFallback = Unlimited,
            RequestInterval = Unlimited,
            Verify = new VerifyOptions { CheckInterval = TimeSpan.FromMinutes(30) },
            Upkeep = new UpkeepOptions { Interval = TimeSpan.FromMinutes(30), LiveEntries = 4, BatchEntries = 3 },
            Push = new PushOptions { ClaimRows = 5, CallRecords = 10, BulkFrom = 4, BulkJobRecords = 6, SettleRows = 3 },
        };
    }

    public TestDatabase Database { get; }

    public FakeTimeProvider Clock { get; }

    public TimeProvider ProgramTime { get; }

    public SimulatorServer Server { get; }

    public SyncOptions Options { get; }

    public TypeProfile Types { get; }

    public WriteAlgorithm Writes { get; }

    /// <summary>Which contacts are mapped; another one counts from the next life on.</summary>
    public ContactFilter Filter { get; set; }

    public Journal Journal { get; } = new();

    public CrashPlan Crashes { get; } = new();

    /// <summary>True once the program has made its tables, so that the app can write.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>Sentences of mappings that had to wait for a person.</summary>
    public HashSet<string> HeldOnce { get; } = new(StringComparer.Ordinal);

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

    public SalesforceClient NewClient(ILoggerFactory loggers) => new(
        new SalesforceOptions { LoginUrl = Server.BaseAddress, RequestTimeout = Unlimited }, SyncWorld.Password(), ProgramTime, loggers);

    /// <summary>Starts the program, as whoever watches over it does when it has ended.</summary>
    public async Task BeginLifeAsync()
    {
        await EndLifeAsync();
        _life = new ProgramLife(this, ++_lives);
    }

    /// <summary>Stops the program in order, if it lives.</summary>
    public async Task EndLifeAsync()
    {
        if (_life is { } life)
        {
            _life = null;
            await life.DisposeAsync();
        }
    }

    public void Kill() => _life?.Die();

    /// <summary>
    /// Lets an interval pass and waits until every mapping was pulled and nothing is queued. A program that ends meanwhile is started
    /// again, as often as it takes; what waits for a person is let go on by a restart.
    /// </summary>
    /// <returns>False when something still waits for a person.</returns>
    public async Task<bool> SettleAsync()
    {
        for (var tries = 0; tries < MostLives; tries++)
        {
            if (_life is null || _life.IsDead || _life.Ended.IsCompleted)
            {
                await NoteEndAsync();
                await BeginLifeAsync();
            }

            var life = _life.ShouldNotBeNull();
            var before = Clock.GetUtcNow();
            Clock.Advance(Mapping.DefaultPollInterval);
            await Eventually.BecomesTrueAsync(
                () => life.IsDead || life.Ended.IsCompleted || IsIdle(life, before),
                $"the program has nothing left to do since {before:HH:mm:ss}",
                Patience,
                SyncWorld.Token);
            if (life.IsDead || life.Ended.IsCompleted)
                continue;
            if (life.Held is not { Count: > 0 } held)
                return true;
            HeldOnce.UnionWith(held);
            await BeginLifeAsync();
        }

        return false;
    }

    /// <summary>What the program itself finds when it compares both sides.</summary>
    public async Task<IReadOnlyList<VerifyReport>> VerifyAsync() => await _life.ShouldNotBeNull().VerifyAsync();

    /// <summary>True for a record of the org that must have a row.</summary>
    public bool IsMapped(Record record) => !record.IsDeleted && (record.Type.Name != "Contact" || Filter.Takes(record));

    public IReadOnlyList<string> Ask(string sql)
    {
        using var command = Database.DataSource.CreateCommand(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            var fields = Enumerable.Range(0, reader.FieldCount).Select(at => reader.IsDBNull(at) ? "" : reader.GetString(at));
            rows.Add(string.Join('|', fields));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await EndLifeAsync();
        await Server.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Every mapping that is not held was pulled; nothing is queued, unless what is queued may be held as well.</summary>
    private bool IsIdle(ProgramLife life, DateTimeOffset before) =>
        life.NotPulledSince(before).Count == 0 && (life.Held.Count > 0 || CountQueued() == 0);

    private int CountQueued() => IsPrepared
        ? Ask("select id::text from salesforce._trigger_log where state in ('NEW', 'PENDING', 'IGNORE')").Count
        : 0;

    /// <summary>A host begins anew after a fault that passes; any other end of the program is for a person to read.</summary>
    private async Task NoteEndAsync()
    {
        if (_life is not { } life || await life.Ended is not { } end)
            return;
        Journal.Add($"    the program has ended: {end.GetType().Name}: {end.Message}");
        if (end is NpgsqlException || (end is SalesforceException && FaultPolicy.Judge(end).Action != FaultAction.PauseMapping))
            return;
        HeldOnce.Add(end.Message);
    }
}
