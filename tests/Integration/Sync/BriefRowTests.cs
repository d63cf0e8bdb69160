using Shouldly;
using Tandem.Simulator.Records;
using Tandem.Sync.Catalog;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Rows that are deleted before Salesforce knows them, and rows that take the place of deleted ones: heroku-connect.md, sections 5.2, 6.1
/// and 7 (ordered writes, identity, duplicates).
/// </summary>
public sealed class BriefRowTests
{
    private const string Log = "select state, action, table_name from salesforce._trigger_log order by id";

    private const string NamedAndGone =
        "insert into salesforce.account (name, ext_id__c) values ('A', 'a'), ('B', 'b'); "
        + "insert into salesforce.contact (lastname, account__ext_id__c) values ('C', 'a'); "
        + "update salesforce.contact set account__ext_id__c = 'b'; "
        + "delete from salesforce.account where ext_id__c = 'a'";

    [Theory]
    [InlineData("Ext_Id__c", 1)]
    [InlineData("Ext_Id__c", 5_000)]
    [InlineData(null, 1)]
    [InlineData(null, 5_000)]
    public async Task A_parent_that_a_child_named_meanwhile_is_sent_and_deleted_in_its_turn(string? identifier, int claimRows)
    {
        await using var world = await StartAsync(identifier, claimRows);
        await world.RunAsync(NamedAndGone);

        await world.PushAsync();

        await ShouldBeDoneAsync(world);
        (await world.AskAsync(Log)).ShouldBe(
            [
                "SUCCESS|INSERT|account", "SUCCESS|INSERT|account", "SUCCESS|INSERT|contact", "SUCCESS|UPDATE|contact",
                "SUCCESS|DELETE|account",
            ]);
    }

    [Theory]
    [InlineData("push.claimed")]
    [InlineData("push.sent")]
    [InlineData("push.settling")]
    [InlineData("push.settled")]
    public async Task After_a_crash_such_a_parent_is_made_once_and_goes(string step)
    {
        await using var world = await StartAsync("Ext_Id__c", 5_000);
        await world.RunAsync(NamedAndGone);
        await world.CrashPushAsync(step, reach: 1);

        await world.PushAsync();

        await ShouldBeDoneAsync(world);
    }

    [Fact]
    public async Task A_parent_that_nobody_names_by_a_value_is_never_sent()
    {
        await using var world = await StartAsync("Ext_Id__c", 5_000);
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) values ('A', null), ('B', ' '); delete from salesforce.account");

        await world.PushAsync();

        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["IGNORED"]);
        world.Proxy.Requests.ShouldNotContain(request => request.Contains("composite", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_delete_of_a_row_whose_insert_is_refused_needs_nothing()
    {
        await using var world = await StartAsync("Ext_Id__c", 5_000);
        world.Server.Saver.Faults.Add(new SaveFault { StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no", Count = 1 });
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) values ('A', 'a'); delete from salesforce.account");

        await world.PushAsync();

        (await world.AskAsync("select state, action, sf_result, sf_message from salesforce._trigger_log order by id"))
            .ShouldBe(["FAILED|INSERT|400|FIELD_CUSTOM_VALIDATION_EXCEPTION: no", "IGNORED|DELETE|-|-"]);
        world.Org.Live("Account").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_row_that_takes_the_identifier_of_one_deleted_while_under_way_is_a_record_of_its_own()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Accounts());
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "PATCH", "/composite/sobjects");
        await using var push = world.StartPush();
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('first', 'k')");
        await hold.Reached;
        await world.RunAsync("delete from salesforce.account; insert into salesforce.account (name, ext_id__c) values ('second', 'k')");
        hold.Release();
        await world.QuiesceAsync(push);

        await ShouldBeReplacedAsync(world);
        (await world.AskAsync(Log)).ShouldBe(["SUCCESS|INSERT|account", "SUCCESS|DELETE|account", "SUCCESS|INSERT|account"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    public async Task A_row_that_takes_the_identifier_of_one_that_was_never_sent_is_sent(int claimRows)
    {
        await using var world = await StartAsync("Ext_Id__c", claimRows);
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) values ('first', 'k'); delete from salesforce.account; "
            + "insert into salesforce.account (name, ext_id__c) values ('second', 'k')");

        await world.PushAsync();

        await ShouldBeReplacedAsync(world);
    }

    [Fact]
    public async Task A_poll_does_not_give_a_deleted_rows_record_to_the_row_that_took_its_identifier()
    {
        await using var world = await StartAsync("Ext_Id__c", 5_000);
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('first', 'k')");
        await world.PushAsync();
        await world.RunAsync("delete from salesforce.account; insert into salesforce.account (name, ext_id__c) values ('second', 'k')");
        await world.Org.UpdateAsync("Account", world.Org.Live("Account").ShouldHaveSingleItem().Id, new { Phone = "1" });

        await world.PollAsync("Account");
        (await world.AskOneAsync("select name, sfid from salesforce.account")).ShouldBe("second|-");
        await world.PushAsync();

        await ShouldBeReplacedAsync(world);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    public async Task A_row_that_is_there_again_with_its_local_id_is_one_record(int claimRows)
    {
        await using var world = await StartAsync("Ext_Id__c", claimRows);
        await world.RunAsync(
            "insert into salesforce.contact (id, lastname) values (7, 'first'); delete from salesforce.contact; "
            + "insert into salesforce.contact (id, lastname) values (7, 'second')");

        await world.PushAsync();

        (await world.AskAsync(Log)).ShouldBe(["SUCCESS|INSERT|contact", "IGNORED|DELETE|contact", "SUCCESS|INSERT|contact"]);
        (await world.AskAsync("select id, lastname, sfid from salesforce.contact"))
            .ShouldBe([$"7|second|{world.Org.Live("Contact").ShouldHaveSingleItem().Id}"]);
        await world.ShouldBeEqualAsync("Contact");
    }

    private static async Task<SyncWorld> StartAsync(string? identifier, int claimRows)
    {
        var world = await SyncWorld.StartAsync(
            sync: new SyncOptions { Push = new PushOptions { ClaimRows = claimRows } });
        await world.LoadAsync(SyncWorld.Accounts(identifier), ContactsByAccountKey());
        return world;
    }

    private static Mapping ContactsByAccountKey() =>
        SyncWorld.ReadWrite("Contact", null, "LastName", "AccountId", "account__ext_id__c", "CreatedDate");

    private static async Task ShouldBeDoneAsync(SyncWorld world)
    {
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
        var account = world.Org.Live("Account").ShouldHaveSingleItem();
        world.Org.Find("Contact", "AccountId", account.Id).ShouldHaveSingleItem();
        (await world.AskAsync("select name, sfid from salesforce.account")).ShouldBe([$"B|{account.Id}"]);
        await world.ShouldBeEqualAsync("Account", "Contact");
    }

    private static async Task ShouldBeReplacedAsync(SyncWorld world)
    {
        (await world.AskAsync("select action from salesforce._trigger_log where state not in ('SUCCESS', 'IGNORED')")).ShouldBeEmpty();
        (await world.AskAsync("select name, sfid from salesforce.account"))
            .ShouldBe([$"second|{world.Org.Live("Account").ShouldHaveSingleItem().Id}"]);
        await world.ShouldBeEqualAsync("Account");
    }
}
