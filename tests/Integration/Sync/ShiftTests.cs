using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Server.Hosting;
using Tandem.Simulator;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Tandem.Sync.States;
using Tandem.Testing;
using Tandem.Tests.Integration.Lives;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Whole shifts and their host: architecture.md, "Ownership and scale" and "Parts that fail"; salesforce-api.md, section 1.
/// </summary>
public sealed class ShiftTests
{
    private const string LockHolders =
        "select l.pid from pg_locks l join pg_database d on d.oid = l.database "
        + $"where d.datname = current_database() and {SyncWorld.IsShiftLock}";

    private const string KillLock = $"select count(pg_terminate_backend(pid)) from ({LockHolders}) holder";

    private static readonly Mapping Contacts = SyncWorld.Contacts() with { PollInterval = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public async Task A_shift_loads_polls_and_pushes_and_outlives_its_session()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.PrepareAsync(Contacts);
        await using var shift = world.NewShift();
        await shift.PrepareAsync([Contacts], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        await RoundTripAsync(world, run, "first");

        world.Server.Sessions.RevokeAll();

        await RoundTripAsync(world, run, "second");
        run.Ended.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_refused_refresh_token_ends_the_shift_with_a_sentence()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.PrepareAsync(Contacts);
        var refreshToken = await AuthorizeAsync(world);
        var defaults = new SimulatorOptions();
        using var client = world.NewClient(OAuthGrant.RefreshToken(defaults.ClientId, defaults.ClientSecret, refreshToken));
        await using var shift = world.NewShift(client);
        await shift.PrepareAsync([Contacts], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        await RoundTripAsync(world, run, "before");

        using (var http = new HttpClient { BaseAddress = world.Server.BaseAddress })
        using (var revoked = await http.PostAsync("/services/oauth2/revoke", Form(("token", refreshToken)), SyncWorld.Token))
            revoked.EnsureSuccessStatusCode();

        var ended = await Should.ThrowAsync<ShiftEndedException>(() => run.Ended.WaitAsync(SyncWorld.Token));
        ended.Message.ShouldContain("invalid_grant");
        ended.Message.ShouldNotContain(refreshToken);
    }

    [Fact]
    public async Task A_second_shift_waits_until_the_first_ends()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.PrepareAsync(Contacts);
        var first = world.NewShift();
        await first.PrepareAsync([Contacts], SyncWorld.Token);
        var address = new NpgsqlConnectionStringBuilder(world.Database.ConnectionString) { ApplicationName = "second" };
        await using var dataSource = NpgsqlDataSource.Create(address);
        await using var second = world.NewShift(database: new TargetDatabase(dataSource));

        var waiting = second.PrepareAsync([Contacts], SyncWorld.Token);
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync(
                "select count(*) from pg_stat_activity where application_name = 'second' and state = 'idle' and query like "
                    + "'%pg_try_advisory_lock%'") is not "0",
            "the second shift has asked for the lock");
        waiting.IsCompleted.ShouldBeFalse();
        await first.DisposeAsync();

        await waiting;
        await using var run = new BackgroundRun(second.RunAsync);
        await RoundTripAsync(world, run, "second");
    }

    [Fact]
    public async Task A_shift_that_loses_its_lock_ends_and_the_host_begins_another()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        using var journal = new Journal();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(journal));
        await using var host = await StartHostAsync(world, loggers);
        await using var run = new BackgroundRun(host.RunAsync);
        await RoundTripAsync(world, run, "first");
        var lost = await world.AskAsync(LockHolders);

        (await world.AskOneAsync(KillLock)).ShouldBe("1");

        await SyncWorld.UntilAsync(
            async () => (await world.AskAsync(LockHolders)) is [var holder] && !lost.Contains(holder), "a new shift holds the lock");
        await RoundTripAsync(world, run, "second");
        (await host.CompareAsync(SyncWorld.Token)).Single().Differences.ShouldBe(0);
        journal.Lines.ShouldContain(line =>
            line.Contains("The session that holds the lock of schema salesforce was lost (57P01: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shift_that_is_prepared_again_after_a_failure_does_not_wait_for_its_own_lock()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.PrepareAsync(Contacts);
        var cuts = Enumerable.Range(0, 5).Select(_ => world.Proxy.Plan(FaultPlace.CutRequest, "GET", "/describe")).ToList();
        await using var shift = world.NewShift();
        await Should.ThrowAsync<SalesforceException>(() => shift.PrepareAsync([Contacts], SyncWorld.Token));
        await cuts[^1].Reached;

        await shift.PrepareAsync([Contacts], SyncWorld.Token);

        await using var run = new BackgroundRun(shift.RunAsync);
        await RoundTripAsync(world, run, "prepared");
    }

    [Fact]
    public async Task A_mapping_that_was_in_SYSTEM_ERROR_recovers_with_the_next_shift()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(Contacts);
        await world.RunAsync("alter table salesforce.contact add constraint no_x check (lastname <> 'x')");
        await world.Org.CreateAsync("Contact", new { LastName = "x" });
        await using (var shift = world.NewShift())
        {
            await shift.PrepareAsync([Contacts], SyncWorld.Token);
            await using var run = new BackgroundRun(shift.RunAsync);
            await SyncWorld.UntilAsync(async () => (await StateAsync()).State == MappingState.SystemError, "the mapping is paused");
            (await StateAsync()).Description.ShouldNotBeNull().ShouldContain("no_x");
            run.Ended.IsCompleted.ShouldBeFalse();
        }

        await world.RunAsync("alter table salesforce.contact drop constraint no_x");
        await using var next = world.NewShift();
        await next.PrepareAsync([Contacts], SyncWorld.Token);
        await using var going = new BackgroundRun(next.RunAsync);
        await SyncWorld.UntilAsync(async () => (await StateAsync()).State == MappingState.DataSynced, "the mapping is synced again");
        (await StateAsync()).Description.ShouldBeNull();
        await SyncWorld.UntilAsync(() => next.Mappings?.All[0].Progress.State != MappingState.SystemError, "the status shows it");

        Task<Tandem.Sync.Pull.Progress> StateAsync() => world.ReadProgressAsync("Contact");
    }

    /// <summary>One change each way, until it has arrived.</summary>
    private static async Task RoundTripAsync(SyncWorld world, BackgroundRun run, string name)
    {
        await SyncWorld.UntilAsync(
            async () =>
            {
                await run.ThrowIfEndedAsync();
                return await world.AskOneAsync("select count(*) from tandem.progress where cursor_stamp is not null") is "1";
            },
            "the table is loaded");
        await world.RunAsync($"insert into salesforce.contact (lastname) values ('{name} local')");
        var id = await world.Org.CreateAsync("Contact", new { LastName = name + " remote" });
        await world.QuiesceAsync(run);
        world.Org.Find("Contact", "LastName", name + " local").ShouldHaveSingleItem();
        await SyncWorld.UntilAsync(
            async () =>
            {
                await run.ThrowIfEndedAsync();
                return await world.AskOneAsync($"select count(*) from salesforce.contact where sfid = '{id}'") is "1";
            },
            "the org's record has arrived");
    }

    private static Task<SyncHost> StartHostAsync(SyncWorld world, ILoggerFactory? loggers = null) => SyncHost.StartAsync(
        new SyncHostOptions
        {
            DatabaseUrl = world.Database.ConnectionString,
            OrgUrl = world.Proxy.Address,
            Grant = SyncWorld.Password(),
            Mappings = [SyncWorld.Contacts() with { PollInterval = TimeSpan.FromSeconds(1) }],
        },
        TimeProvider.System,
        loggers ?? NullLoggerFactory.Instance,
        SyncWorld.Token);

    /// <summary>Signs in by the web server flow, as a person does in a browser. Source: salesforce-api.md, section 1.3.</summary>
    private static async Task<string> AuthorizeAsync(SyncWorld world)
    {
        var defaults = new SimulatorOptions();
        const string Redirect = "http://localhost/back";
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = world.Proxy.Address };
        using var allowed = await http.PostAsync(
            "/services/oauth2/authorize",
            Form(
                ("response_type", "code"), ("client_id", defaults.ClientId), ("redirect_uri", Redirect), ("scope", "api refresh_token"),
                ("username", defaults.UserName), ("password", defaults.Password), ("decision", "allow")),
            SyncWorld.Token);
        var code = QueryHelpers.ParseQuery(allowed.Headers.Location.ShouldNotBeNull().Query)["code"].ToString();
        using var answer = await http.PostAsync(
            "/services/oauth2/token",
            Form(
                ("grant_type", "authorization_code"), ("code", code), ("client_id", defaults.ClientId),
                ("client_secret", defaults.ClientSecret),
                ("redirect_uri", Redirect)),
            SyncWorld.Token);
        var token = await answer.Content.ReadFromJsonAsync<JsonElement>(SyncWorld.Token);
        return token.GetProperty("refresh_token").GetString().ShouldNotBeNull();
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
