using Shouldly;
using Tandem.Simulator.Records;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>Merged writes, and what a failed insert means for both algorithms: heroku-connect.md, section 7.</summary>
public sealed class MergedWritesTests
{
    private const string States = "select state, action from salesforce._trigger_log order by id";

    private static readonly SyncOptions Merged = new() { Push = new PushOptions { MergesWrites = true } };

    [Fact]
    public async Task The_queued_changes_of_a_record_go_as_one()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 2, sync: Merged);
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync(
            "insert into salesforce.contact (lastname) values ('New'); "
            + "update salesforce.contact set firstname = 'A'; update salesforce.contact set firstname = 'B', email = 'b@example.com'; "
            + "delete from salesforce.contact where id = 2");
        var before = world.Server.Control.Calls.Cost;

        await world.PushAsync();

        (await world.AskAsync(States)).ShouldBe(
        [
            "SUCCESS|INSERT", "MERGED|UPDATE", "MERGED|UPDATE", "MERGED|UPDATE", "SUCCESS|UPDATE", "MERGED|UPDATE", "MERGED|UPDATE",
            "SUCCESS|DELETE",
        ], ignoreOrder: true);
        (world.Server.Control.Calls.Cost - before).ShouldBeLessThanOrEqualTo(5);
        (await world.AskOneAsync("select count(distinct processed_tx) from salesforce._trigger_log where record_id = 3")).ShouldBe("1");
        world.Org.Find("Contact", "FirstName", "B").Count.ShouldBe(2);
        await world.ShouldBeEqualAsync("Contact");
    }

    /// <summary>The first values of an insert that was merged must not come back when it is sent again.</summary>
    [Fact]
    public async Task After_a_crash_a_record_never_sees_an_earlier_value_again()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1, sync: Merged);
        await world.LoadAsync(SyncWorld.Accounts());
        world.Server.Control.Writes.Start();
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) values ('A', 'e-1'); "
            + "update salesforce.account set name = 'B' where ext_id__c = 'e-1'");
        await world.CrashPushAsync("push.read", 1);

        await world.ForgetAsync(SyncWorld.Accounts());
        await world.PushAsync();

        var seen = world.Server.Control.Writes.Entries.Where(entry => entry.Type.Name == "Account").ToList();
        seen.ShouldNotBeEmpty();
        seen.ShouldAllBe(entry => Equals(entry["Name"], "B"));
        world.Org.Find("Account", "Ext_Id__c", "e-1").ShouldHaveSingleItem();
        (await world.AskAsync(States)).ShouldBe(["SUCCESS|INSERT", "MERGED|UPDATE"]);
    }

    [Fact]
    public async Task What_a_rejected_change_carried_fails_with_it_and_nothing_is_lost_when_all_go_again()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 1, sync: Merged);
        await world.LoadAsync(SyncWorld.Contacts());
        world.Server.Saver.Faults.Add(new SaveFault { StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no", Count = 1 });
        await world.RunAsync(
            "update salesforce.contact set firstname = 'A'; update salesforce.contact set email = 'a@example.com'");

        await world.PushAsync();

        (await world.AskAsync("select state, sf_message from salesforce._trigger_log order by id"))
            .ShouldBe(["FAILED|FIELD_CUSTOM_VALIDATION_EXCEPTION: no", "FAILED|FIELD_CUSTOM_VALIDATION_EXCEPTION: no"]);
        await world.RunAsync("update salesforce._trigger_log set state = 'NEW'");
        await world.PushAsync();
        (await world.AskAsync(States)).ShouldBe(["MERGED|UPDATE", "SUCCESS|UPDATE"]);
        world.Org.Find("Contact", "FirstName", "A").ShouldHaveSingleItem();
        await world.ShouldBeEqualAsync("Contact");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Ext_Id__c")]
    public async Task A_failed_insert_goes_again_with_a_later_update(string? upsertField)
    {
        await using var world = await SyncWorld.StartAsync(sync: Merged);
        await world.LoadAsync(SyncWorld.Accounts(upsertField));
        await FailAnInsertAsync(world);
        (await world.AskAsync(States)).ShouldBe(["FAILED|INSERT", "FAILED|UPDATE"]);

        await world.RunAsync("update salesforce.account set industry = 'Energy'");
        await world.PushAsync();

        (await world.AskAsync(States)).ShouldBe(["SUCCESS|INSERT", "MERGED|UPDATE", "MERGED|UPDATE"]);
        world.Org.Live("Account").ShouldHaveSingleItem();
        (await world.AskAsync("select name, phone, industry, _hc_lastop, _hc_err from salesforce.account"))
            .ShouldBe(["one|5|Energy|SYNCED|-"]);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("Ext_Id__c", false)]
    [InlineData("Ext_Id__c", true)]
    public async Task With_ordered_writes_a_failed_insert_fails_the_changes_behind_it_of_its_record_alone(
        string? upsertField, bool isArchived)
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Accounts(upsertField));
        await FailAnInsertAsync(world);
        if (isArchived)
            await world.RunAsync("with moved as (delete from salesforce._trigger_log returning *) "
                + "insert into salesforce._trigger_log_archive select * from moved");

        await world.RunAsync(
            "update salesforce.account set industry = 'Energy'; insert into salesforce.account (name, ext_id__c) values ('two', 'e2')");
        await world.PushAsync();

        (await world.AskAsync("select state, action, split_part(sf_message, ':', 1) from salesforce._trigger_log where id > 2 order by id"))
            .ShouldBe(["FAILED|UPDATE|TANDEM_NEVER_INSERTED", "SUCCESS|INSERT|-"]);
        (await world.AskAsync("select split_part(sf_message, ':', 1) from salesforce._trigger_log where id = 2 "
            + "union all select split_part(sf_message, ':', 1) from salesforce._trigger_log_archive where id = 2"))
            .ShouldBe(["TANDEM_NEVER_INSERTED"]);
        world.Org.Live("Account").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_insert_that_fails_in_a_job_fails_the_changes_behind_it_too()
    {
        await using var world = await SyncWorld.StartAsync(sync: new SyncOptions { Push = new PushOptions { BulkFrom = 3 } });
        await world.LoadAsync(SyncWorld.Accounts());
        world.Server.Saver.Faults.Add(new SaveFault { StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no", Count = 1 });
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) select 'A' || n, 'e' || n from generate_series(1, 6) n; "
            + "update salesforce.account set phone = '5'");

        await world.PushAsync();

        world.Proxy.Requests.ShouldContain(request => request.Contains("/jobs/ingest", StringComparison.Ordinal));
        (await world.AskAsync("select count(*), state, action from salesforce._trigger_log group by 2, 3 order by 2, 3"))
            .ShouldBe(["1|FAILED|INSERT", "1|FAILED|UPDATE", "5|SUCCESS|INSERT", "5|SUCCESS|UPDATE"]);
        world.Org.Find("Account", "Phone", "5").Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(FaultPlace.CutRequest, true, true)]
    [InlineData(FaultPlace.CutAnswer, true, true)]
    [InlineData(FaultPlace.CutAnswer, true, false)]
    [InlineData(FaultPlace.CutAnswer, false, true)]
    public async Task An_insert_whose_answer_is_lost_is_made_once_whatever_the_algorithm_before_and_after(
        FaultPlace place, bool mergesBefore, bool mergesAfter)
    {
        await using var world = await SyncWorld.StartAsync(sync: Merged);
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync(
            "insert into salesforce.contact (lastname) values ('Once'); "
            + "update salesforce.contact set firstname = 'A', email = 'a@example.com'");
        var hold = world.Proxy.Plan(place, "POST", "/composite/sobjects");
        var stop = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/query");
        await using (world.StartPush(Options(mergesBefore)))
        {
            await hold.Reached;
            await stop.Reached;
        }

        stop.Release();
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["PENDING"]);
        await world.RunAsync("update salesforce.contact set email = 'b@example.com'");
        await world.ForgetAsync(SyncWorld.Contacts());
        await world.PushAsync(Options(mergesAfter));

        world.Org.Live("Contact").ShouldHaveSingleItem();
        (await world.AskAsync(States)).ShouldBe(["SUCCESS|INSERT", "SUCCESS|UPDATE", "SUCCESS|UPDATE"]);
        await world.ShouldBeEqualAsync("Contact");
    }

    private static SyncOptions Options(bool merges) =>
        new() { LostInsertPause = TimeSpan.FromMilliseconds(1), Push = new PushOptions { MergesWrites = merges } };

    /// <summary>An insert with a name and an identifier, and behind it an update of the phone.</summary>
    private static async Task FailAnInsertAsync(SyncWorld world)
    {
        world.Server.Saver.Faults.Add(new SaveFault { StatusCode = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no", Count = 1 });
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) values ('one', 'e1'); update salesforce.account set phone = '5'");
        await world.PushAsync();
        world.Org.Live("Account").ShouldBeEmpty();
    }
}
