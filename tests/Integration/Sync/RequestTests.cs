using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.States;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>What people ask of a running shift through the database: heroku-connect.md, sections 9 and 12.10.</summary>
public sealed class RequestTests
{
    private static readonly Mapping Contacts = SyncWorld.Contacts() with { PollInterval = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public async Task A_request_that_nobody_takes_stays_and_says_so()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await world.PrepareAsync(Contacts);
        await SaveConnectionAsync(world);
        var desk = new RequestDesk(world.Database.ConnectionString, world.Schema, TimeProvider.System)
        {
            TakenWithin = TimeSpan.FromMilliseconds(200),
        };

        var outcome = await desk.AskAsync(RequestKind.Recover, "Contact", SyncWorld.Token);

        outcome.Succeeded.ShouldBeFalse();
        outcome.Sentence.ShouldContain("No server works the schema salesforce");
        (await world.AskAsync("select kind, object_name, started_at, done_at from tandem.request")).ShouldBe(["recover|Contact|-|-"]);

        await using var shift = world.NewShift();
        await shift.PrepareAsync([Contacts], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select outcome from tandem.request") is "Nothing had stopped.", "the request is done");
    }

    [Fact]
    public async Task A_request_for_an_object_that_is_not_mapped_names_those_that_are()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await world.PrepareAsync(Contacts);
        await SaveConnectionAsync(world);
        await using var shift = world.NewShift();
        await shift.PrepareAsync([Contacts], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        var desk = new RequestDesk(world.Database.ConnectionString, world.Schema, TimeProvider.System);

        var outcome = await desk.AskAsync(RequestKind.Recover, "Lead", SyncWorld.Token);

        outcome.ShouldBe(new RequestOutcome(false, "Lead is not mapped into the schema salesforce; mapped are Contact."));
    }

    [Fact]
    public async Task Recover_starts_a_mapping_again_that_stopped_with_an_error()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.PrepareAsync(Contacts);
        await SaveConnectionAsync(world);
        await using var shift = world.NewShift();
        await shift.PrepareAsync([Contacts], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from salesforce.contact") is "5"
                && await world.AskOneAsync("select count(*) from tandem.progress where cursor_stamp is not null") is "1",
            "the contacts are loaded");
        await world.RunAsync("alter table salesforce.contact rename to contact_away");
        await SyncWorld.UntilAsync(
            async () =>
            {
                await world.Org.UpdateAsync("Contact", world.Org.Live("Contact")[0].Id, new { LastName = Guid.NewGuid().ToString("n") });
                world.OrgTime.Advance(TimeSpan.FromSeconds(1));
                return (await world.ReadProgressAsync("Contact")).State == MappingState.SystemError;
            },
            "the mapping stops");
        await world.RunAsync("alter table salesforce.contact_away rename to contact");
        var desk = new RequestDesk(world.Database.ConnectionString, world.Schema, TimeProvider.System);

        var outcome = await desk.AskAsync(RequestKind.Recover, null, SyncWorld.Token);

        outcome.ShouldBe(new RequestOutcome(true, "Started again: Contact."));
        var name = (string)world.Org.Value("Contact", world.Org.Live("Contact")[0].Id, "LastName").ShouldNotBeNull();
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync($"select count(*) from salesforce.contact where lastname = '{name}'") is "1"
                && (await world.ReadProgressAsync("Contact")).State == MappingState.DataSynced,
            "the poll goes on");
        run.Ended.IsCompleted.ShouldBeFalse();
    }

    private static Task SaveConnectionAsync(SyncWorld world) => new CatalogDatabase(world.Database.DataSource).SaveAsync(
        new Connection { Id = Guid.NewGuid(), Name = "test", LoginUrl = world.Proxy.Address, ApiVersion = "67.0", Schema = world.Schema },
        [],
        SyncWorld.Token);
}
