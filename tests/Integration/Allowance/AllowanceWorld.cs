using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Salesforce.Limits;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Tandem.Sync.Running.Allowance;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Allowance;

/// <summary>
/// A shift over a <see cref="SyncWorld"/> whose clock stands still until a test moves it, and what it has used of its calls.
/// </summary>
internal sealed class AllowanceWorld : IAsyncDisposable
{
    private SalesforceClient _salesforce;

    private AllowanceWorld(SyncWorld sync, FakeTimeProvider time, SalesforceClient salesforce, ConnectionShift shift)
    {
        Sync = sync;
        Time = time;
        _salesforce = salesforce;
        Shift = shift;
    }

    public SyncWorld Sync { get; }

    public ConnectionShift Shift { get; private set; }

    /// <summary>The shift's clock alone: sessions would end in the middle of a call if the org's jumped with it.</summary>
    public FakeTimeProvider Time { get; }

    public CallBudget Budget => Shift.Mappings.ShouldNotBeNull().Budget.ShouldNotBeNull();

    public LiveMapping Account => Find("Account");

    /// <summary>The org's API calls in 24 hours, by everybody.</summary>
    public Tandem.Simulator.Http.ApiUsage Org => Sync.Server.Control.Usage;

    /// <param name="used">Reads of Account that an earlier shift noted for this hour.</param>
    public static async Task<AllowanceWorld> StartAsync(int used = 0, int share = 80, params Mapping[] mappings)
    {
        var sync = await SyncWorld.StartAsync(contacts: 5, restLoadRows: 10_000);
        await new CatalogDatabase(sync.Database.DataSource).MigrateAsync(SyncWorld.Token);
        var time = new FakeTimeProvider(sync.OrgTime.GetUtcNow());
        await NoteAsync(sync, used);
        var (salesforce, shift) = await StartShiftAsync(sync, time, share, mappings.Length > 0 ? mappings : [Accounts()]);
        return new AllowanceWorld(sync, time, salesforce, shift);
    }

    /// <summary>As another program on the same database, whose client has counted nothing yet.</summary>
    public async Task RestartAsync()
    {
        await Shift.DisposeAsync();
        _salesforce.Dispose();
        (_salesforce, Shift) = await StartShiftAsync(Sync, Time, 80, [Accounts()]);
    }

    public static Mapping Accounts(int calls = 1_000) =>
        SyncWorld.Accounts() with { PollInterval = TimeSpan.FromSeconds(10), MaxDailyApiCalls = calls };

    public LiveMapping Find(string name) => Shift.Mappings.ShouldNotBeNull().All.Single(mapping => mapping.Mapped.Name == name);

    /// <summary>What the client has sent so far by what it was for, those without any left out.</summary>
    public IReadOnlyDictionary<CallPurpose, long> Sent =>
        _salesforce.CountCalls().Where(pair => pair.Value > 0).ToDictionary();

    /// <summary>Lets the client hear the org's count as it is now.</summary>
    public async Task HearTheOrgAsync()
    {
        await _salesforce.Limits.GetAsync(SyncWorld.Token);
        Time.Advance(TimeSpan.FromSeconds(2));
    }

    /// <summary>A poll of the mapping begins after this moment and comes to its end.</summary>
    public static Task UntilPulledAsync(LiveMapping mapping, DateTimeOffset since) =>
        SyncWorld.UntilAsync(() => mapping.PulledAt >= since, $"{mapping.Mapped.Name} was polled at {since:u}");

    public async ValueTask DisposeAsync()
    {
        await Shift.DisposeAsync();
        _salesforce.Dispose();
        await Sync.DisposeAsync();
    }

    private static async Task<(SalesforceClient Client, ConnectionShift Shift)> StartShiftAsync(
        SyncWorld sync, FakeTimeProvider time, int share, IReadOnlyList<Mapping> mappings)
    {
        var settings = new ShiftSettings
        {
            Sync = new SyncOptions(), TimeProvider = time, LoggerFactory = NullLoggerFactory.Instance,
        };
        var connection = new Connection
        {
            Id = new Guid("0198a5d0-0000-7000-8000-000000000001"),
            Name = "test",
            LoginUrl = sync.Proxy.Address,
            ApiVersion = "67.0",
            Schema = sync.Schema,
            ApiShare = share,
        };
        await new CatalogDatabase(sync.Database.DataSource).SaveAsync(connection, [], SyncWorld.Token);
        var salesforce = sync.NewClient(SyncWorld.Password());
        var shift = new ConnectionShift(connection, sync.Target, salesforce, new ShiftLock(sync.Schema, sync.Target, settings), settings);
        await shift.PrepareAsync(mappings, SyncWorld.Token);
        return (salesforce, shift);
    }

    private static Task NoteAsync(SyncWorld sync, int used) => used == 0 ? Task.CompletedTask : sync.RunAsync(
        "insert into tandem.api_calls (schema_name, hour, object_name, kind, calls) "
        + $"values ('salesforce', date_trunc('hour', timestamptz '{sync.OrgTime.GetUtcNow():u}'), 'Account', 'poll', {used})");
}
