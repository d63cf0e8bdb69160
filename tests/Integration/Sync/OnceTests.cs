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

    private static async Task ShouldAllBeSavedAsync(SyncWorld world, string action, int count)
    {
        (await world.AskAsync($"select state, count(*), count(sfid) from salesforce._trigger_log where action = '{action}' group by state"))
            .ShouldBe([$"SUCCESS|{count}|{count}"]);
    }
}
