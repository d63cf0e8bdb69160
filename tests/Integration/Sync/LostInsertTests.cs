using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Somebody in the org has deleted or changed the record of an insert whose answer was lost, before it is looked for:
/// docs/decisions/0056-what-people-did-to-a-lost-insert.md
/// </summary>
public sealed class LostInsertTests
{
    private const string Log = "select state, action, split_part(sf_message, ':', 1) from salesforce._trigger_log order by id";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_create_whose_record_is_in_the_recycle_bin_is_not_made_again(bool wasMerged)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(SyncWorld.Contacts());
        var other = world.Org.Live("Contact")[0].Id;
        var id = await LoseAnswerAsync(world, "insert into salesforce.contact (lastname, email) values ('Once', 'o@example.com')");
        if (wasMerged)
            world.Org.Merge(other, id);
        else
            world.Org.Delete(id);

        await world.PushAsync();

        world.Org.Find("Contact", "LastName", "Once").ShouldBeEmpty();
        (await world.AskAsync("select sfid from salesforce.contact where lastname = 'Once'")).ShouldBeEmpty();
        (await world.AskAsync("select state, action, sfid from salesforce._trigger_log")).ShouldBe([$"SUCCESS|INSERT|{id}"]);
        world.Org.Undelete(id);
        await world.PollWithDeletesAsync("Contact");
        world.Org.Find("Contact", "LastName", "Once").ShouldHaveSingleItem();
        await world.ShouldBeEqualAsync("Contact");
    }

    /// <summary>The first key was deleted by ourselves before it was inserted anew, so that record is not the lost insert's.</summary>
    [Fact]
    public async Task An_upsert_whose_record_is_in_the_recycle_bin_is_not_made_again()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Accounts());
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('again', 'e-1')");
        await world.PushAsync();
        await world.RunAsync("delete from salesforce.account");
        await world.PushAsync();
        world.Proxy.Plan(FaultPlace.CutRequest, "PATCH", "/composite/sobjects/Account/Ext_Id__c");
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('again', 'e-1')");
        await world.PushAsync();
        world.Org.Live("Account").ShouldHaveSingleItem();
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "PATCH", "/composite/sobjects/Account/Ext_Id__c");
        await using (world.StartPush())
        {
            await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('gone', 'e-2'), ('there', 'e-3')");
            await hold.Reached;
        }

        await world.ForgetAsync(SyncWorld.Accounts());
        var gone = world.Org.Find("Account", "Name", "gone").ShouldHaveSingleItem().Id;
        world.Org.Delete(gone);

        await world.PushAsync();

        world.Org.Find("Account", "Name", "gone").ShouldBeEmpty();
        (await world.AskAsync("select sfid from salesforce._trigger_log where state = 'SUCCESS' and \"values\" like '%gone%'"))
            .ShouldBe([gone]);
        (await world.AskAsync("select name from salesforce.account order by name")).ShouldBe(["again", "there"]);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_change_that_waits_for_a_create_fails_where_all_can_see_it_when_its_record_was_deleted()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(SyncWorld.Contacts());
        var id = await LoseAnswerAsync(world, "insert into salesforce.contact (lastname) values ('Once')");
        await world.RunAsync("update salesforce.contact set firstname = 'mine' where lastname = 'Once'");
        world.Org.Delete(id);

        await world.PushAsync();

        (await world.AskAsync("select state, action, sfid from salesforce._trigger_log order by id")).ShouldBe(
            [$"SUCCESS|INSERT|{id}", $"FAILED|UPDATE|{id}"]);
        (await world.AskOneAsync("select firstname, sfid, _hc_lastop from salesforce.contact where lastname = 'Once'"))
            .ShouldBe($"mine|{id}|FAILED");
        world.Org.Find("Contact", "LastName", "Once").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_create_takes_its_live_record_and_not_an_equal_one_in_the_recycle_bin()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        var deleted = await world.Salesforce.Records.CreateAsync("Contact", [new JsonObject { ["LastName"] = "Once" }], SyncWorld.Token);
        world.Org.Delete(deleted.Single().Id.ShouldNotBeNull().Value);
        var id = await LoseAnswerAsync(world, "insert into salesforce.contact (lastname) values ('Once')");

        await world.PushAsync();

        (await world.AskOneAsync("select sfid from salesforce.contact")).ShouldBe(id);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task Of_twins_the_one_in_the_recycle_bin_loses_its_row()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        var id = await LoseAnswerAsync(world, "insert into salesforce.contact (lastname) values ('Twin'), ('Twin')");
        world.Org.Delete(id);

        await world.PushAsync();

        world.Org.Find("Contact", "LastName", "Twin").ShouldHaveSingleItem();
        (await world.AskAsync("select state, action, count(distinct sfid) from salesforce._trigger_log group by 1, 2"))
            .ShouldBe(["SUCCESS|INSERT|2"]);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_create_whose_record_somebody_has_changed_is_left_to_a_person(bool mergesWrites)
    {
        var sync = new SyncOptions { Push = new PushOptions { MergesWrites = mergesWrites } };
        await using var world = await SyncWorld.StartAsync(contacts: 5, sync: sync);
        await world.LoadAsync(SyncWorld.Contacts());
        var id = await LoseAnswerAsync(world, "insert into salesforce.contact (lastname, email) values ('Once', 'o@example.com')");
        await world.Org.UpdateAsync("Contact", id, new { Email = "changed@example.com" });

        await world.PushAsync();
        await world.RunAsync("update salesforce.contact set firstname = 'mine' where lastname = 'Once' and sfid is null");
        await world.PushAsync();

        world.Org.Find("Contact", "LastName", "Once").ShouldHaveSingleItem();
        (await world.AskAsync(Log)).ShouldBe(["FAILED|INSERT|TANDEM_INSERT_IN_DOUBT", "FAILED|UPDATE|TANDEM_NEVER_INSERTED"]);
        (await world.AskOneAsync("select sf_message from salesforce._trigger_log where action = 'INSERT'")).ShouldContain(id);
        (await world.AskOneAsync("select _hc_lastop, _hc_err::json ->> 'code' from salesforce.contact where lastname = 'Once'"))
            .ShouldStartWith("FAILED|");
    }

    [Theory]
    [InlineData("_trigger_log")]
    [InlineData("_trigger_log_archive")]
    public async Task A_person_who_takes_the_record_keeps_its_own_row(string place)
    {
        await using var world = await StartInDoubtAsync();
        if (place != "_trigger_log")
        {
            await world.RunAsync(
                $"with moved as (delete from salesforce._trigger_log returning *) insert into salesforce.{place} table moved");
        }

        await world.RunRecipeAsync("take_record.sql", "1");
        await world.PollWithDeletesAsync("Contact");

        (await world.AskAsync($"select state, action from salesforce.{place}")).ShouldBe(["IGNORED|INSERT"]);
        world.Org.Find("Contact", "LastName", "Once").ShouldHaveSingleItem();
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_person_who_does_not_take_the_record_gets_another_one()
    {
        await using var world = await StartInDoubtAsync();

        await world.RunRecipeAsync("send_all_again.sql");
        await world.PushAsync();
        (await world.AskAsync(Log)).ShouldBe(["FAILED|INSERT|TANDEM_INSERT_IN_DOUBT"]);
        await world.RunRecipeAsync("send_again.sql", "1");
        await world.PushAsync();
        await world.PollWithDeletesAsync("Contact");

        (await world.AskAsync(Log)).ShouldBe(["SUCCESS|INSERT|-"]);
        world.Org.Find("Contact", "LastName", "Once").Count.ShouldBe(2);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_changed_record_that_has_little_in_common_with_a_create_leaves_no_doubt()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        var other = await world.Salesforce.Records.CreateAsync(
            "Contact", [new JsonObject { ["LastName"] = "Other", ["FirstName"] = "F" }], SyncWorld.Token);
        await world.Org.UpdateAsync("Contact", other.Single().Id.ShouldNotBeNull().Value, new { Email = "changed@example.com" });
        var cut = world.Proxy.Plan(FaultPlace.CutRequest, "POST", "/composite/sobjects");
        await world.RunAsync("insert into salesforce.contact (lastname, firstname, email) values ('Once', 'F', 'o@example.com')");

        await world.PushAsync();

        await cut.Reached;
        (await world.AskAsync(Log)).ShouldBe(["SUCCESS|INSERT|-"]);
    }

    private static async Task<SyncWorld> StartInDoubtAsync()
    {
        var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(SyncWorld.Contacts());
        var id = await LoseAnswerAsync(world, "insert into salesforce.contact (lastname, email) values ('Once', 'o@example.com')");
        await world.Org.UpdateAsync("Contact", id, new { Email = "changed@example.com" });
        await world.PushAsync();
        (await world.AskAsync(Log)).ShouldBe(["FAILED|INSERT|TANDEM_INSERT_IN_DOUBT"]);
        return world;
    }

    /// <summary>Inserts contacts, and ends the program before the answer to that comes.</summary>
    /// <returns>The id of the first that the org made.</returns>
    private static async Task<string> LoseAnswerAsync(SyncWorld world, string insert)
    {
        var known = world.Org.Live("Contact").Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "POST", "/composite/sobjects");
        await using (world.StartPush())
        {
            await world.RunAsync(insert);
            await hold.Reached;
        }

        await world.ForgetAsync(SyncWorld.Contacts());
        return world.Org.Live("Contact").Select(record => record.Id).First(id => !known.Contains(id));
    }
}
