using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>Connections that come and go while the server works.</summary>
public sealed class FleetTests
{
    [Fact]
    public async Task A_connection_that_is_added_waits_for_a_sign_in_and_works_when_it_has_one()
    {
        await using var world = await ApiWorld.StartAsync();
        var life = await world.Fleet.AddAsync(new ConnectionDraft(Second(world)), SyncWorld.Token);
        await SyncWorld.UntilAsync(() => life.Standing.State == ConnectionState.NeedAuthentication, "it waits for a sign-in");

        await world.Fleet.ChangeAsync(
            async session =>
            {
                await world.Fleet.Credentials.SaveSignInAsync(session, life.Id, SyncWorld.Password(), SyncWorld.Token);
                return true;
            },
            SyncWorld.Token);
        life.Restart();

        await SyncWorld.UntilAsync(() => life.Standing.State == ConnectionState.Idle, "it is at work");
        world.Fleet.All.Select(each => each.Connection.Schema).ShouldBe(["salesforce", "second"]);
    }

    [Theory]
    [InlineData("salesforce", "another", "The schema salesforce belongs to another connection already; choose another schema.")]
    [InlineData("another", "salesforce", "There is a connection salesforce already; choose another name.")]
    public async Task A_schema_or_a_name_that_is_taken_is_refused(string schema, string name, string sentence)
    {
        await using var world = await ApiWorld.StartAsync();

        var refusal = await Should.ThrowAsync<ConfigurationException>(
            () => world.Fleet.AddAsync(new ConnectionDraft(Second(world) with { Schema = schema, Name = name }), SyncWorld.Token));

        refusal.Message.ShouldBe(sentence);
        world.Fleet.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_is_removed_leaves_its_rows_and_the_other_connections_alone()
    {
        await using var world = await ApiWorld.StartAsync();
        await world.UntilLoadedAsync();
        var first = world.Connection;
        var other = await world.Fleet.AddAsync(new ConnectionDraft(Second(world)), SyncWorld.Token);

        await world.Fleet.RemoveAsync(first, SyncWorld.Token);

        world.Fleet.All.ShouldBe([other]);
        (await world.Sync.AskOneAsync("select count(*) from salesforce.contact")).ShouldBe("2");
        await world.Sync.AskAsync("insert into salesforce.contact (lastname) values ('Late')");
        (await world.Sync.AskOneAsync("select count(*) from salesforce._trigger_log")).ShouldBe("0");
        (await world.Sync.AskOneAsync("select string_agg(schema_name, ',') from tandem.connection")).ShouldBe("second");
        await SyncWorld.UntilAsync(() => other.Standing.State == ConnectionState.NeedAuthentication, "the other waits for a sign-in");
    }

    [Fact]
    public async Task Who_waits_for_a_connection_to_rest_is_told_that_it_is_gone()
    {
        await using var world = await ApiWorld.StartAsync();
        var life = world.Connection;
        await world.Fleet.RemoveAsync(life, SyncWorld.Token);

        var refusal = await Should.ThrowAsync<ConfigurationException>(
            () => life.WhileAtRestAsync(() => Task.FromResult(true), SyncWorld.Token));

        refusal.Message.ShouldBe("The connection salesforce was removed or moved meanwhile; look at it again.");
    }

    [Fact]
    public async Task A_connection_that_another_program_works_is_removed_only_when_that_has_ended()
    {
        await using var world = await ApiWorld.StartAsync(change: options => options with { RemovePatience = TimeSpan.FromSeconds(1) });
        await using var database = new TargetDatabase(NpgsqlDataSource.Create(world.Sync.Database.ConnectionString));
        var settings = new ShiftSettings
        {
            Sync = new SyncOptions(), TimeProvider = TimeProvider.System, LoggerFactory = NullLoggerFactory.Instance,
        };
        await using var another = new ShiftLock("second", database, settings);
        await another.HoldAsync(SyncWorld.Token);
        var life = await world.Fleet.AddAsync(
            new ConnectionDraft(Second(world)) { Grant = SyncWorld.Password() }, SyncWorld.Token);

        var refusal = await Should.ThrowAsync<ConfigurationException>(() => world.Fleet.RemoveAsync(life, SyncWorld.Token));

        refusal.Message.ShouldStartWith("Another program works the schema second");
        (await world.Sync.AskOneAsync("select count(*) from tandem.connection")).ShouldBe("2");
        var next = world.Fleet.Find(life.Id).ShouldNotBeNull();
        next.ShouldNotBeSameAs(life);
        await another.DisposeAsync();
        await SyncWorld.UntilAsync(() => next.Standing.State == ConnectionState.Idle, "it goes on when the other has ended");
        await world.Fleet.RemoveAsync(next, SyncWorld.Token);
        (await world.Sync.AskOneAsync("select count(*) from tandem.connection")).ShouldBe("1");
        world.Fleet.All.Count.ShouldBe(1);
    }

    private static Connection Second(ApiWorld world) => new()
    {
        Id = Guid.CreateVersion7(),
        Name = "second",
        LoginUrl = world.Sync.Proxy.Address,
        ApiVersion = "67.0",
        Schema = "second",
        AppName = "second-app",
    };
}
