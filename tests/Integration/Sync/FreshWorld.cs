using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Sync.Catalog;
using Tandem.Sync.Freshness;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Testing;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A <see cref="SyncWorld"/> whose org has jobs with formulas over their site, its region, its account and the account's owner, over the
/// day and the moment; and the pass that keeps them fresh, on the org's clock.
/// </summary>
internal sealed class FreshWorld : IAsyncDisposable
{
    private const string Metadata = """
        { "objects": [
          { "name": "Account", "fields": [ { "name": "Loud_Name__c", "type": "text", "formula": "UPPER(Name)" } ] },
          { "name": "Region__c", "fields": [ { "name": "Zone__c", "type": "text", "length": 20 } ] },
          { "name": "Site__c", "fields": [
            { "name": "Region__c", "type": "reference", "referenceTo": ["Region__c"] },
            { "name": "Account__c", "type": "reference", "referenceTo": ["Account"] } ] },
          { "name": "Job__c", "queues": true, "fields": [
            { "name": "Site__c", "type": "reference", "referenceTo": ["Site__c"] },
            { "name": "Due__c", "type": "date" },
            { "name": "Note__c", "type": "text", "length": 40 },
            { "name": "Site_Name__c", "type": "text", "formula": "Site__r.Name" },
            { "name": "Region_Zone__c", "type": "text", "formula": "Site__r.Region__r.Zone__c & /* a Site__r.Nope */ '.'" },
            { "name": "Account_Loud__c", "type": "text", "formula": "Site__r.Account__r.Loud_Name__c" },
            { "name": "Account_Owner__c", "type": "text", "formula": "Site__r.Account__r.Owner.Alias" },
            { "name": "Job_Owner__c", "type": "text", "formula": "Owner:User.Alias" },
            { "name": "Is_Late__c", "type": "boolean", "formula": "Due__c < TODAY()" },
            { "name": "Read_At__c", "type": "datetime", "formula": "NOW()" },
            { "name": "Short_Note__c", "type": "text", "formula": "LEFT(Note__c, 2)" } ] } ] }
        """;

    private readonly SyncOptions _options;
    private FreshnessPass? _pass;

    private FreshWorld(SyncOptions options) => _options = options;

    public required SyncWorld World { get; init; }

    public string Account { get; private set; } = "";

    public string Region { get; private set; } = "";

    public string Site { get; private set; } = "";

    public string Job { get; private set; } = "";

    /// <summary>Noon in the org, one job on one site of one account in one region.</summary>
    public static async Task<FreshWorld> StartAsync(FreshnessOptions? options = null, int pageRecords = 200_000)
    {
        var sync = new SyncOptions { Freshness = options ?? new FreshnessOptions(), LoadPageRecords = pageRecords };
        using var folder = new TemporaryFolder();
        var path = folder.Combine("jobs.json");
        await File.WriteAllTextAsync(path, Metadata, SyncWorld.Token);
        var world = await SyncWorld.StartAsync(metadataFile: path, sync: sync);
        var fresh = new FreshWorld(sync) { World = world };
        var now = world.OrgTime.GetUtcNow();
        world.OrgTime.Advance(now.Date.AddDays(1).AddHours(12) - now.UtcDateTime);
        fresh.Account = await world.Org.CreateAsync("Account", new { Name = "Acme" });
        fresh.Region = await world.Org.CreateAsync("Region__c", new { Name = "North", Zone__c = "N1" });
        fresh.Site = await world.Org.CreateAsync(
            "Site__c", new { Name = "Harbour", Region__c = fresh.Region, Account__c = fresh.Account });
        fresh.Job = await fresh.CreateJobAsync("first");
        world.OrgTime.Advance(TimeSpan.FromMinutes(30));
        return fresh;
    }

    public static Mapping Jobs(params string[] formulas) =>
        SyncWorld.ReadWrite("Job__c", null, ["Name", "Site__c", "Due__c", "Note__c", .. formulas]);

    public Task<string> CreateJobAsync(string name) =>
        World.Org.CreateAsync("Job__c", new { Name = name, Site__c = Site, Note__c = "note", Due__c = Day(1) });

    /// <summary>The org's day plus so many, as the API spells it.</summary>
    public string Day(int days) => DateOnly.FromDateTime(World.OrgTime.GetUtcNow().UtcDateTime).AddDays(days).ToString("O");

    /// <summary>Loads the jobs and makes the plan, which finds everything fresh.</summary>
    public async Task LoadAsync(Mapping mapping)
    {
        await World.LoadAsync(mapping);
        (await RefreshAsync()).ShouldBe(0);
    }

    /// <summary>Until the pass is due and a little more.</summary>
    public void Wait(double minutes) => World.OrgTime.Advance(TimeSpan.FromMinutes(minutes));

    public async Task<bool> IsDueAsync() => Pass.IsDue(World.Find("Job__c").Mapped, await World.ReadProgressAsync("Job__c"));

    /// <summary>What the worker does at a tick.</summary>
    /// <returns>Rows written.</returns>
    public async Task<int> RefreshAsync()
    {
        if (!await IsDueAsync())
            return 0;
        var live = World.Find("Job__c");
        await using var connection = await World.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        var turn = new PullTurn
        {
            Mapped = live.Mapped,
            ConnectAsync = _ => ValueTask.FromResult(connection),
            Gate = live.Gate,
            Progress = await World.ReadProgressAsync("Job__c"),
        };
        return (await Pass.RunAsync(turn, SyncWorld.Token)).Changed;
    }

    /// <summary>As a new program, which knows only what is stored.</summary>
    public void Restart() => _pass = null;

    public async Task<FreshnessStatus> StatusAsync()
    {
        await using var connection = await World.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        return (await Table.ListStatusAsync(connection, SyncWorld.Token)).ShouldHaveSingleItem();
    }

    /// <summary>From then on the user whom the sync signs in as does not see this.</summary>
    public void Hide(params string[] names) => World.Server.Control.SetAccess("admin@tandem.test", new UserAccess(names, []));

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private FreshnessTable Table => new(World.Schema);

    private FreshnessPass Pass =>
        _pass ??= new FreshnessPass(World.Salesforce, Table, _options, World.OrgTime, NullLogger<FreshnessPass>.Instance);
}
