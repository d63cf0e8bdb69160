using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Sync.Catalog;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// A start with mappings that the org no longer fits: they pause alone, as they would while running. Source: heroku-connect.md, section
/// 10.2; salesforce-api.md, section 9.1.
/// </summary>
public sealed class StartTests
{
    [Fact]
    public async Task An_object_that_is_gone_pauses_its_mapping_alone_until_a_start_finds_it_again()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 2);
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        var user = world.Server.Org.AdminUserId;
        world.Server.Org.SetAccess(user, new UserAccess(["Account"], []));
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('A', 'e')");

        await using (var shift = world.NewShift())
        {
            await shift.PrepareAsync([SyncWorld.Accounts(), SyncWorld.Contacts()], SyncWorld.Token);
            shift.Mappings.ShouldNotBeNull().All.Select(mapping => mapping.Mapped.Name).ShouldBe(["Contact"]);
            await using var run = new BackgroundRun(shift.RunAsync);
            await world.RunAsync("update salesforce.contact set firstname = 'new' where id = 1");
            await SyncWorld.UntilAsync(() => world.Org.Find("Contact", "FirstName", "new").Count == 1, "the other mapping goes on");
        }

        (await world.AskOneAsync("select state, state_description like 'Account: the org no longer has this object%' from tandem.progress "
            + "where object_name = 'Account'")).ShouldBe("SYSTEM_ERROR|True");
        (await world.AskOneAsync("select state from salesforce._trigger_log where table_name = 'account'")).ShouldBe("NEW");

        world.Server.Org.SetAccess(user, UserAccess.Full);
        await using (var shift = world.NewShift())
        {
            await shift.PrepareAsync([SyncWorld.Accounts(), SyncWorld.Contacts()], SyncWorld.Token);
            await using var run = new BackgroundRun(shift.RunAsync);
            await SyncWorld.UntilAsync(() => world.Org.Find("Account", "Ext_Id__c", "e").Count == 1, "the waiting change is sent");
            await SyncWorld.UntilAsync(
                async () => await world.AskOneAsync("select state from tandem.progress where object_name = 'Account'") != "SYSTEM_ERROR",
                "the mapping polls again");
        }
    }

    [Fact]
    public async Task A_start_waits_for_no_transaction_of_the_app_and_so_nobody_waits_behind_it()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 2);
        await world.LoadAsync(SyncWorld.Contacts());
        await using var app = await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        await using var transaction = await app.BeginTransactionAsync(SyncWorld.Token);
        await using (var write = new NpgsqlCommand("update salesforce.contact set firstname = 'open'", app))
            (await write.ExecuteNonQueryAsync(SyncWorld.Token)).ShouldBe(2);

        // A statement that wants a lock which the app's transaction withholds fails after this time.
        await using var database = new TargetDatabase(NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(world.Database.ConnectionString) { Options = "-c lock_timeout=500" }));
        await using (var shift = world.NewShift(database: database))
            await shift.PrepareAsync([SyncWorld.Contacts()], SyncWorld.Token);

        await transaction.CommitAsync(SyncWorld.Token);
        (await world.AskOneAsync("select count(*) from salesforce._trigger_log where state = 'NEW'")).ShouldBe("2");
    }

    [Theory]
    [InlineData("hc_contact_logtrigger", "salesforce.contact")]
    [InlineData("hc_contact_logtrigger_update", "salesforce.contact")]
    [InlineData("hc_contact_logtrigger_start", "salesforce.contact")]
    [InlineData("hc_contact_status_trigger", "salesforce.contact")]
    [InlineData("tlog_insert_trigger", "salesforce._trigger_log")]
    [InlineData("tlog_requeue_trigger", "salesforce._trigger_log_archive")]
    public async Task A_start_makes_a_trigger_anew_that_is_gone_or_another(string name, string table)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 2);
        await world.LoadAsync(SyncWorld.Contacts());
        var definition = $"select pg_get_triggerdef(oid) from pg_trigger where tgname = '{name}'";
        var made = await world.AskOneAsync(definition);

        await world.RunAsync($"drop trigger {name} on {table}");
        await PrepareAsync(world);
        (await world.AskOneAsync(definition)).ShouldBe(made);

        await world.RunAsync($"drop trigger {name} on {table}");
        await world.RunAsync(
            $"create trigger {name} after delete on {table} for each statement execute function salesforce.tlog_notify_trigger()");
        await PrepareAsync(world);
        (await world.AskOneAsync(definition)).ShouldBe(made);
    }

    [Fact]
    public async Task An_object_that_was_never_read_and_one_without_another_beside_it_refuse_the_start()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1);
        await world.LoadAsync(SyncWorld.Contacts());
        world.Server.Org.SetAccess(world.Server.Org.AdminUserId, new UserAccess(["Account", "Contact"], []));
        await using var shift = world.NewShift();

        (await Should.ThrowAsync<ConfigurationException>(() => shift.PrepareAsync([SyncWorld.Contacts()], SyncWorld.Token)))
            .Message.ShouldContain("Contact: the org has no such object");
        (await Should.ThrowAsync<ConfigurationException>(
            () => shift.PrepareAsync([SyncWorld.Accounts(), SyncWorld.Contacts()], SyncWorld.Token)))
            .Message.ShouldContain("Account: the org has no such object");
    }

    [Fact]
    public async Task A_filter_that_the_org_no_longer_takes_pauses_its_mapping_alone()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 2);
        var filtered = SyncWorld.Accounts() with { Filter = "Industry != 'None'" };
        await world.LoadAsync(filtered, SyncWorld.Contacts());
        world.Server.Control.Faults.Add(new FaultRule
        {
            Path = "*/query", Kind = FaultKind.RestError, Status = 400, ErrorCode = "MALFORMED_QUERY", Message = "no", Times = 1,
        });
        await using var shift = world.NewShift();
        await shift.PrepareAsync([filtered, SyncWorld.Contacts()], SyncWorld.Token);
        shift.Mappings.ShouldNotBeNull().All.Count.ShouldBe(2);

        world.Server.Control.Faults.Clear();
        world.Server.Control.Faults.Add(new FaultRule
        {
            Path = "*/query", Kind = FaultKind.RestError, Status = 400, ErrorCode = "MALFORMED_QUERY", Message = "no", Times = 1,
        });
        (await Should.ThrowAsync<ConfigurationException>(
            () => shift.PrepareAsync([filtered with { Filter = "Industry != 'Other'" }, SyncWorld.Contacts()], SyncWorld.Token)))
            .Message.ShouldContain("Account.filter: the org refuses the condition");
    }

    private static async Task PrepareAsync(SyncWorld world)
    {
        await using var shift = world.NewShift();
        await shift.PrepareAsync([SyncWorld.Contacts()], SyncWorld.Token);
    }
}
