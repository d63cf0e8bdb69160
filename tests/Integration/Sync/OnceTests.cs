using System.Text.Json.Nodes;
using Shouldly;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>Exactly once although requests and answers are lost: architecture.md, promises 2 and 6; heroku-connect.md, section 7.</summary>
public sealed class OnceTests
{
    [Theory]
    [InlineData(FaultPlace.CutRequest)]
    [InlineData(FaultPlace.CutAnswer)]
    [InlineData(FaultPlace.CutAnswerHalfway)]
    public async Task A_create_whose_request_or_answer_is_lost_makes_one_record(FaultPlace place)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(SyncWorld.Contacts());
        var cut = world.Proxy.Plan(place, "POST", "/composite/sobjects");
        await world.RunAsync(
            "insert into salesforce.contact (lastname, firstname, birthdate, donotcall, description) "
            + "values ('  Once ', 'A', '1980-02-03', true, E'two\\r\\nlines'), ('Once', null, null, null, null)");

        await world.PushAsync();

        await cut.Reached;
        world.Org.Find("Contact", "LastName", "Once").Count.ShouldBe(2);
        await ShouldAllBeSavedAsync(world, "INSERT", 2);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Theory]
    [InlineData(-180)]
    [InlineData(180)]
    public async Task A_create_whose_answer_is_lost_makes_one_record_however_wrong_a_clock_is(int minutes)
    {
        await using var world = await SyncWorld.StartAsync();
        world.Server.Control.Clock.Set(world.OrgTime.GetUtcNow().AddMinutes(minutes));
        await world.LoadAsync(SyncWorld.Contacts());
        var cut = world.Proxy.Plan(FaultPlace.CutAnswer, "POST", "/composite/sobjects");
        await world.RunAsync("insert into salesforce.contact (lastname) values ('Once')");

        await world.PushAsync();

        await cut.Reached;
        world.Org.Find("Contact", "LastName", "Once").ShouldHaveSingleItem();
        await ShouldAllBeSavedAsync(world, "INSERT", 1);
    }

    [Theory]
    [InlineData(FaultPlace.CutRequest)]
    [InlineData(FaultPlace.CutAnswer)]
    public async Task Identical_twins_stay_as_many_as_were_inserted(FaultPlace place)
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        world.Proxy.Plan(place, "POST", "/composite/sobjects");
        await world.RunAsync(
            "insert into salesforce.contact (lastname, email) values ('Twin', null), ('Twin', 't@example.com'), ('Twin', null), "
                + "('Twin', 'wrong')");

        await world.PushAsync();

        world.Org.Find("Contact", "LastName", "Twin").Count.ShouldBe(3);
        (await world.AskAsync("select lastname, email, _hc_lastop, sfid is not null from salesforce.contact order by id")).ShouldBe(
            ["Twin|-|SYNCED|True", "Twin|t@example.com|SYNCED|True", "Twin|-|SYNCED|True", "Twin|wrong|FAILED|False"]);
    }

    /// <summary>Outcomes wait for more here, so the first twin's is on its way to the log while the second is looked for.</summary>
    [Fact]
    public async Task A_lost_twin_does_not_take_a_record_whose_outcome_is_on_its_way()
    {
        var push = new PushOptions { CallRecords = 1, SettleDelay = TimeSpan.FromMinutes(1) };
        await using var world = await SyncWorld.StartAsync(sync: new SyncOptions { Push = push });
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync("insert into salesforce.contact (lastname) values ('Twin'), ('Twin'), ('Twin')");
        await world.CrashPushAsync("push.claimed", reach: 1);
        await world.ForgetAsync(SyncWorld.Contacts());

        await world.PushAsync();

        world.Org.Find("Contact", "LastName", "Twin").Count.ShouldBe(3);
        (await world.AskAsync("select _hc_lastop, count(distinct sfid) from salesforce.contact group by 1")).ShouldBe(["SYNCED|3"]);
        await ShouldAllBeSavedAsync(world, "INSERT", 3);
    }

    [Theory]
    [InlineData(FaultPlace.CutRequest)]
    [InlineData(FaultPlace.CutAnswer)]
    public async Task An_upsert_whose_request_or_answer_is_lost_makes_one_record(FaultPlace place)
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Accounts());
        var cut = world.Proxy.Plan(place, "PATCH", "/composite/sobjects/Account/Ext_Id__c");
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('a', 'e-1'), ('b', 'e-2')");

        await world.PushAsync();

        await cut.Reached;
        world.Org.Live("Account").Count.ShouldBe(2);
        await ShouldAllBeSavedAsync(world, "INSERT", 2);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(FaultPlace.CutRequest)]
    [InlineData(FaultPlace.CutAnswer)]
    public async Task An_update_and_a_delete_whose_request_or_answer_is_lost_are_carried_out(FaultPlace place)
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync("insert into salesforce.contact (lastname) values ('stays'), ('goes')");
        await world.PushAsync();
        var update = world.Proxy.Plan(place, "PATCH", "/composite/sobjects");
        var delete = world.Proxy.Plan(place, "DELETE", "/composite/sobjects");
        await world.RunAsync(
            "update salesforce.contact set firstname = 'new' where lastname = 'stays'; delete from salesforce.contact where "
                + "lastname = 'goes'");

        await world.PushAsync();

        await update.Reached;
        await delete.Reached;
        world.Org.Live("Contact").ShouldHaveSingleItem();
        await ShouldAllBeSavedAsync(world, "UPDATE", 1);
        await ShouldAllBeSavedAsync(world, "DELETE", 1);
        await world.ShouldBeEqualAsync("Contact");
    }

    /// <summary>Also when the org's clock was set forward meanwhile, so that the claim looks younger there than the record.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 60)]
    [InlineData(false, 0)]
    public async Task What_a_crash_left_claimed_is_settled_at_the_next_start(bool wasCarriedOut, int minutesSet)
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts(), SyncWorld.Accounts());
        await world.RunAsync("insert into salesforce.contact (lastname) values ('known')");
        await world.PushAsync();
        var hold = world.Proxy.Plan(wasCarriedOut ? FaultPlace.HoldAnswer : FaultPlace.CutRequest, "POST", "/composite/sobjects");
        await using (world.StartPush())
        {
            await world.RunAsync(
                "begin; insert into salesforce.contact (lastname) values ('new'); update salesforce.contact set firstname = 'u' "
                    + "where lastname = 'known'; "
                + "insert into salesforce.account (name, ext_id__c) values ('a', 'e'); commit");
            await hold.Reached;
        }

        (await world.AskAsync("select state, count(*) from salesforce._trigger_log where state <> 'SUCCESS' group by "
            + "state")).ShouldBe(["PENDING|3"]);
        world.Org.Find("Contact", "LastName", "new").Count.ShouldBe(wasCarriedOut ? 1 : 0);

        world.OrgTime.Advance(TimeSpan.FromMinutes(minutesSet));
        await world.AskTheTimeAsync();
        await world.ForgetAsync(SyncWorld.Contacts(), SyncWorld.Accounts());
        await world.PushAsync();

        world.Org.Find("Contact", "LastName", "new").ShouldHaveSingleItem();
        world.Org.Live("Account").ShouldHaveSingleItem();
        await ShouldAllBeSavedAsync(world, "INSERT", 3);
        await world.ShouldBeEqualAsync("Contact", "Account");
    }

    /// <summary>Decision 0056: what is in the recycle bin when it is looked for may be restored.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_create_whose_record_is_in_the_recycle_bin_is_not_made_again(bool wasMerged)
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
    public async Task A_lost_upsert_whose_record_is_in_the_recycle_bin_is_not_made_again()
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
    public async Task A_change_that_waits_for_a_lost_create_fails_where_all_can_see_it_when_its_record_was_deleted()
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
    public async Task A_lost_create_takes_its_live_record_and_not_an_equal_one_in_the_recycle_bin()
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
    public async Task Of_lost_twins_the_one_in_the_recycle_bin_loses_its_row()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        var id = await LoseAnswerAsync(world, "insert into salesforce.contact (lastname) values ('Twin'), ('Twin')");
        world.Org.Delete(id);

        await world.PushAsync();

        world.Org.Find("Contact", "LastName", "Twin").ShouldHaveSingleItem();
        await ShouldAllBeSavedAsync(world, "INSERT", 2);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_lost_answer_about_the_written_records_is_left_to_the_next_poll()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        for (var skip = 0; skip <= 4; skip++)
            world.Proxy.Plan(FaultPlace.CutRequest, "POST", "/composite/sobjects/Contact");
        await world.RunAsync("insert into salesforce.contact (lastname, firstname) values ('L', 'F')");

        await world.PushAsync();

        (await world.AskOneAsync("select _hc_lastop, name, sfid is not null from salesforce.contact")).ShouldBe("INSERTED|-|True");
        (await world.PollAsync("Contact")).ShouldBe(1);
        (await world.AskOneAsync("select _hc_lastop, name from salesforce.contact")).ShouldBe("SYNCED|F L");
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

    private static async Task ShouldAllBeSavedAsync(SyncWorld world, string action, int count)
    {
        (await world.AskAsync($"select state, count(*), count(sfid) from salesforce._trigger_log where action = '{action}' group by state"))
            .ShouldBe([$"SUCCESS|{count}|{count}"]);
    }
}
