using Shouldly;
using Tandem.Simulator.Records;
using Tandem.Sync.Push;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Long runs by Bulk jobs: salesforce-api.md, section 3.1; heroku-connect.md, section 7; architecture.md, promises 1, 2, 6 and 7.
/// </summary>
public sealed class PushJobTests
{
    private const string Ingest = "/jobs/ingest";

    /// <summary>Small enough that a few hundred rows make several jobs, which several claims fill.</summary>
    private static readonly SyncOptions Small = new()
    {
        Push = new PushOptions { BulkFrom = 10, BulkJobRecords = 250, ClaimRows = 60, SettleRows = 100 },
    };

    [Fact]
    public async Task A_long_run_of_updates_goes_by_jobs_and_comes_back_whole()
    {
        await using var world = await StartAsync();
        await world.RunAsync(
            "update salesforce.contact set firstname = 'new \"' || id || '\"', description = E'two\\nlines', email = null, "
            + "donotcall = true");

        await world.PushAsync();

        await ShouldAllBeSavedAsync(world);
        Jobs(world).ShouldBe(2);
        world.Proxy.Requests.ShouldNotContain(request => request.StartsWith("PATCH", StringComparison.Ordinal)
            && request.Contains("/composite", StringComparison.Ordinal));
        (await world.AskOneAsync("select count(*) from salesforce.contact where _hc_lastop = 'SYNCED' and donotcall")).ShouldBe("400");
    }

    [Theory]
    [InlineData("push.claimed", 3)]
    [InlineData("push.job.made", 1)]
    [InlineData("push.job.stored", 1)]
    [InlineData("push.job.uploaded", 1)]
    [InlineData("push.job.completed", 1)]
    [InlineData("push.job.completed", 2)]
    [InlineData("push.job.read", 1)]
    [InlineData("push.job.read", 2)]
    [InlineData("push.read", 1)]
    [InlineData("push.settling", 2)]
    [InlineData("push.settled", 1)]
    public async Task A_crash_at_any_step_of_a_job_loses_nothing_and_doubles_nothing(string step, int reach)
    {
        await using var world = await SyncWorld.StartAsync(sync: Small);
        await world.LoadAsync(SyncWorld.Accounts());
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) select 'A' || n, 'e-' || n from generate_series(1, 400) n");
        await world.CrashPushAsync(step, reach);
        await world.ForgetAsync(SyncWorld.Accounts());
        await world.PushAsync();
        world.Org.Live("Account").Count.ShouldBe(400);
        await ShouldAllBeSavedAsync(world, "Account");

        await world.RunAsync("update salesforce.account set name = 'B' || id; update salesforce.account set phone = '1', name = 'C' || id");
        await world.CrashPushAsync(step, reach);
        await world.ForgetAsync(SyncWorld.Accounts());
        await world.PushAsync();
        await ShouldAllBeSavedAsync(world, "Account");
        world.Org.Find("Account", "Phone", "1").Count.ShouldBe(400);

        await world.RunAsync("delete from salesforce.account");
        await world.CrashPushAsync(step, reach);
        await world.ForgetAsync(SyncWorld.Accounts());
        await world.PushAsync();
        world.Org.Live("Account").ShouldBeEmpty();
        await ShouldAllBeSavedAsync(world, "Account");
    }

    [Theory]
    [InlineData(FaultPlace.CutRequest, "POST", Ingest)]
    [InlineData(FaultPlace.CutAnswer, "POST", Ingest)]
    [InlineData(FaultPlace.CutRequest, "PUT", "/batches")]
    [InlineData(FaultPlace.CutAnswer, "PUT", "/batches")]
    [InlineData(FaultPlace.CutRequest, "PATCH", Ingest)]
    [InlineData(FaultPlace.CutAnswer, "PATCH", Ingest)]
    [InlineData(FaultPlace.CutAnswerHalfway, "GET", "/successfulResults")]
    [InlineData(FaultPlace.CutAnswer, "GET", Ingest)]
    public async Task A_lost_request_or_answer_of_a_job_is_made_up_for(FaultPlace place, string method, string path)
    {
        await using var world = await StartAsync();
        var cut = world.Proxy.Plan(place, method, path);
        await world.RunAsync("update salesforce.contact set firstname = 'new'");

        await world.PushAsync();

        await cut.Reached;
        world.Org.Find("Contact", "FirstName", "new").Count.ShouldBe(400);
        await ShouldAllBeSavedAsync(world);
    }

    [Fact]
    public async Task What_a_failed_job_has_not_tried_goes_by_calls()
    {
        await using var world = await StartAsync();
        world.Server.Bulk.Settings = world.Server.Bulk.Settings with { FailAfterChunks = 1 };
        await world.RunAsync("update salesforce.contact set firstname = 'new'");

        await world.PushAsync();

        world.Org.Find("Contact", "FirstName", "new").Count.ShouldBe(400);
        world.Proxy.Requests.ShouldContain(request => request.StartsWith("PATCH", StringComparison.Ordinal)
            && request.Contains("/composite/sobjects", StringComparison.Ordinal));
        await ShouldAllBeSavedAsync(world);
    }

    [Fact]
    public async Task Records_that_were_locked_go_again_and_refused_ones_fail_alone()
    {
        await using var world = await StartAsync();
        world.Server.Saver.Faults.Add(new SaveFault { ObjectName = "Contact", Count = 3 });
        await world.RunAsync("update salesforce.contact set firstname = 'new', email = case when id = 7 then 'no address' end");

        await world.PushAsync();

        (await world.AskAsync("select state, count(*) from salesforce._trigger_log group by state order by 1"))
            .ShouldBe(["FAILED|1", "SUCCESS|399"]);
        (await world.AskOneAsync("select record_id, sf_message from salesforce._trigger_log where state = 'FAILED'"))
            .ShouldStartWith("7|INVALID_EMAIL_ADDRESS: ");
        (await world.AskOneAsync("select _hc_lastop, _hc_err::json -> 'fields' ->> 0 from salesforce.contact where id = 7"))
            .ShouldBe("FAILED|Email");
        world.Org.Find("Contact", "FirstName", "new").Count.ShouldBe(399);
    }

    [Fact]
    public async Task Changes_of_a_record_keep_their_order_over_jobs_and_calls()
    {
        await using var world = await StartAsync();
        world.Server.Bulk.Settings = world.Server.Bulk.Settings with { ShufflesChunks = true };
        await world.RunAsync(
            "update salesforce.contact set firstname = 'first'; update salesforce.contact set firstname = 'second' where id <= 5; "
            + "update salesforce.contact set firstname = 'third'; update salesforce.contact set firstname = 'last' where id = 9");

        await world.PushAsync();

        world.Org.Find("Contact", "FirstName", "third").Count.ShouldBe(399);
        world.Org.Find("Contact", "FirstName", "last").ShouldHaveSingleItem();
        await ShouldAllBeSavedAsync(world);
    }

    [Fact]
    public async Task What_no_CSV_can_say_goes_by_calls()
    {
        await using var world = await StartAsync();
        await world.RunAsync(
            "update salesforce.contact set firstname = case id when 20 then '#N/A' when 21 then '' else 'x' end, email = null");

        await world.PushAsync();

        world.Org.Find("Contact", "FirstName", "#N/A").ShouldHaveSingleItem();
        world.Org.Find("Contact", "FirstName", "x").Count.ShouldBe(398);
        Jobs(world).ShouldBeGreaterThan(0);
        await ShouldAllBeSavedAsync(world);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public async Task An_insert_that_no_job_can_send_holds_back_the_changes_of_its_row_alone(int row)
    {
        await using var world = await SyncWorld.StartAsync(sync: Small);
        await world.LoadAsync(SyncWorld.Accounts());
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c, annualrevenue) "
            + $"select 'A' || n, 'e-' || n, case n when {row} then 'Infinity'::float8 end from generate_series(1, 20) n; "
            + "update salesforce.account set name = 'B' || substr(ext_id__c, 3)");

        await world.PushAsync();

        Jobs(world).ShouldBe(2);
        (await world.AskAsync("select action, sf_message from salesforce._trigger_log where state <> 'SUCCESS' order by id")).ShouldBe(
            [
                "INSERT|TANDEM_INVALID_VALUE: annualrevenue: Salesforce takes only a finite number.",
                "UPDATE|TANDEM_NEVER_INSERTED: The record was never inserted in Salesforce, so there is nothing to change; "
                    + "see the insert's own error.",
            ]);
        world.Org.Live("Account").Count.ShouldBe(19);
        world.Org.Find("Account", "Name", $"B{row}").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_that_a_call_made_for_a_failed_job_is_known_to_the_changes_behind_it()
    {
        await using var world = await SyncWorld.StartAsync(sync: Small);
        world.Server.Bulk.Settings = world.Server.Bulk.Settings with { FailAfterChunks = 0 };
        await world.LoadAsync(
            SyncWorld.Accounts(), SyncWorld.ReadWrite("Contact", null, "LastName", "AccountId", "account__ext_id__c", "CreatedDate"));
        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) select 'A' || n, 'e-' || n from generate_series(1, 20) n; "
            + "insert into salesforce.contact (lastname, account__ext_id__c) values ('C', 'e-7'); "
            + "update salesforce.contact set account__ext_id__c = 'e-8'; "
            + "delete from salesforce.account where ext_id__c = 'e-7'");

        await world.PushAsync();

        await ShouldAllBeSavedAsync(world, "Account");
        world.Org.Live("Account").Count.ShouldBe(19);
    }

    [Fact]
    public async Task A_job_that_an_earlier_run_left_open_is_given_up()
    {
        await using var world = await StartAsync();
        await world.RunAsync("update salesforce.contact set firstname = 'new'");
        await world.CrashPushAsync("push.job.uploaded", 1);
        (await world.AskOneAsync("select cardinality(change_ids) from tandem.push_job")).ShouldBe("250");
        world.Org.Find("Contact", "FirstName", "new").ShouldBeEmpty();

        await world.ForgetAsync(SyncWorld.Contacts());
        await world.PushAsync();

        await ShouldAllBeSavedAsync(world);
    }

    [Fact]
    public async Task Inserts_without_a_unique_identifier_never_go_by_a_job()
    {
        await using var world = await SyncWorld.StartAsync(sync: Small);
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync("insert into salesforce.contact (lastname) select 'C' || n from generate_series(1, 300) n");

        await world.PushAsync();

        Jobs(world).ShouldBe(0);
        world.Org.Live("Contact").Count.ShouldBe(300);
        await ShouldAllBeSavedAsync(world);
    }

    private static async Task<SyncWorld> StartAsync()
    {
        var world = await SyncWorld.StartAsync(contacts: 400, sync: Small);
        await world.LoadAsync(SyncWorld.Contacts());
        return world;
    }

    private static int Jobs(SyncWorld world) =>
        world.Proxy.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)
            && request.EndsWith(Ingest, StringComparison.Ordinal));

    private static async Task ShouldAllBeSavedAsync(SyncWorld world, string objectName = "Contact")
    {
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
        (await world.AskOneAsync("select count(*) from tandem.push_job")).ShouldBe("0");
        await world.ShouldBeEqualAsync(objectName);
    }
}
