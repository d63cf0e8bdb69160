using Shouldly;
using Tandem.Simulator.Control;
using Tandem.Simulator.Records;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Sync.States;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// What a poll reads and when it moves on: architecture.md, promises 1 and 6; salesforce-api.md, sections 2.6, 3.2 and 10.
/// </summary>
public sealed class PollWindowTests
{
    private const string Writes =
        "select 'a', sfid, xmin from salesforce.account union all select 'p', object_name, xmin from tandem.progress "
        + "union all select 'm', object_name, xmin from tandem.poll_progress order by 1, 2";

    public static TheoryData<string> StepsOfABulkPoll =>
        ["poll.job.made", "poll.job.stored", "poll.deleted", "poll.merged", "poll.saved", "poll.committed", "poll.job.done"];

    [Fact]
    public async Task A_dropped_cursor_goes_on_behind_the_last_row_even_within_one_stamp()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await CreateContactsAsync(world, 4_001);
        world.Server.Control.Faults.Add(new FaultRule
        {
            Path = "*/query/*", Kind = FaultKind.RestError, Status = 400, ErrorCode = "INVALID_QUERY_LOCATOR", After = 1, Times = 1,
        });
        world.Server.Control.Calls.Reset();

        (await world.PollAsync("Contact")).ShouldBe(4_001);

        world.Server.Control.Calls.Counts.Single(count => count.Route.EndsWith("/queryAll", StringComparison.Ordinal)).Calls.ShouldBe(2);
        world.Server.Control.Calls.Cost.ShouldBe(3);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task An_idle_poll_costs_one_call_with_its_delete_log_and_writes_nothing()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(SyncWorld.Accounts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.Org.UpdateAsync("Account", world.Org.Live("Account")[0].Id, new { Phone = "1" });
        await world.PollWithDeletesAsync("Account");
        var before = await world.AskAsync(Writes);

        foreach (var isLogDue in new[] { false, true })
        {
            if (isLogDue)
                world.OrgTime.Advance(TimeSpan.FromMinutes(6));
            await world.AskTheTimeAsync();
            var covered = world.Find("Account").Progress.DeletesCoveredTo;
            world.Server.Control.Calls.Reset();
            (await world.PollAsync("Account")).ShouldBe(0);
            world.Server.Control.Calls.Cost.ShouldBe(1);
            (world.Find("Account").Progress.DeletesCoveredTo > covered).ShouldBe(isLogDue);
        }

        (await world.AskAsync(Writes)).ShouldBe(before);
    }

    [Fact]
    public async Task A_late_record_stretches_the_overlap_so_that_a_later_one_is_not_lost()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(SyncWorld.Accounts());
        var accounts = world.Org.Live("Account");
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await CommitLateAsync(world, accounts[0].Id, accounts[1].Id, TimeSpan.FromMinutes(4));
        var marks = world.Find("Account").Progress.Poll.ShouldNotBeNull();
        marks.Lag.ShouldBe(TimeSpan.FromMinutes(4), TimeSpan.FromSeconds(5));
        await world.ForgetAsync(SyncWorld.Accounts());

        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await CommitLateAsync(world, accounts[2].Id, accounts[3].Id, TimeSpan.FromMinutes(7));

        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task An_open_transaction_that_the_delete_log_tells_of_stretches_the_overlap_before_it_commits()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(SyncWorld.Accounts());
        var accounts = world.Org.Live("Account");
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        var slow = new RecordSaver(world.Server.Org, TimeSpan.FromMinutes(20));
        var late = world.Org.UpdateAsync(slow, "Account", accounts[0].Id, new { Name = "late" });
        world.OrgTime.Advance(TimeSpan.FromMinutes(12));
        await world.Org.UpdateAsync("Account", accounts[1].Id, new { Name = "quick" });
        await world.PollWithDeletesAsync("Account");
        world.OrgTime.Advance(TimeSpan.FromMinutes(8));
        await late;

        (await world.PollAsync("Account")).ShouldBe(1);

        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task More_than_ten_thousand_changes_go_by_Bulk()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await CreateContactsAsync(world, 10_001);
        world.Org.Delete(world.Org.Live("Contact")[0].Id);
        world.OrgTime.Advance(TimeSpan.FromMinutes(1));
        world.Server.Control.Calls.Reset();

        (await world.PollAsync("Contact")).ShouldBe(10_000);

        world.Server.Control.Calls.Counts.ShouldContain(count => count.Route.EndsWith("/results", StringComparison.Ordinal));
        var progress = await world.ReadProgressAsync("Contact");
        progress.State.ShouldBe(MappingState.DataSynced);
        progress.CursorStamp.ShouldNotBeNull().ShouldBe(world.OrgTime.GetUtcNow().UtcDateTime, TimeSpan.FromSeconds(2));
        (await world.PollAsync("Contact")).ShouldBe(0);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Theory]
    [MemberData(nameof(StepsOfABulkPoll))]
    public async Task A_Bulk_poll_that_is_cut_off_goes_on_with_its_job(string step)
    {
        var options = new SyncOptions { MergeRows = 200, Poll = new PollOptions { RestRows = 500, BulkPageRecords = 300 } };
        await using var world = await SyncWorld.StartAsync(contacts: 5, sync: options);
        await world.LoadAsync(SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await CreateContactsAsync(world, 1_000);
        // The steps of a job are reached once, those of a batch again and again.
        var left = step.StartsWith("poll.job", StringComparison.Ordinal) ? 1 : 3;

        using (Failpoints.Listen(name => Cut(name, name == step && --left == 0 ? step : "")))
            await Should.ThrowAsync<IOException>(() => world.PollAsync("Contact"));
        await world.ForgetAsync(SyncWorld.Contacts());
        await world.PollAsync("Contact");

        await world.ShouldBeEqualAsync("Contact");
        (await world.AskOneAsync("select job_id from tandem.poll_progress")).ShouldBe("-");
        (await world.PollAsync("Contact")).ShouldBe(0);
    }

    [Fact]
    public async Task A_Bulk_job_that_the_org_lost_lets_the_poll_begin_anew()
    {
        var options = new SyncOptions { Poll = new PollOptions { RestRows = 500 } };
        await using var world = await SyncWorld.StartAsync(sync: options);
        await world.LoadAsync(SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await CreateContactsAsync(world, 600);
        using (Failpoints.Listen(name => Cut(name, "poll.job.stored")))
            await Should.ThrowAsync<IOException>(() => world.PollAsync("Contact"));
        (await world.ReadProgressAsync("Contact")).State.ShouldBe(MappingState.WaitBulkUpdate);
        await world.Salesforce.BulkQuery.WaitAsync(await world.AskOneAsync("select job_id from tandem.poll_progress"), SyncWorld.Token);
        await world.Salesforce.BulkQuery.DeleteAsync(await world.AskOneAsync("select job_id from tandem.poll_progress"), SyncWorld.Token);
        await world.ForgetAsync(SyncWorld.Contacts());

        var lost = await Should.ThrowAsync<Tandem.Salesforce.SalesforceException>(() => world.PollAsync("Contact"));

        FaultPolicy.Judge(lost).Action.ShouldBe(FaultAction.Restart);
        (await world.PollAsync("Contact")).ShouldBe(600);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_record_that_was_pushed_since_the_reading_keeps_its_row()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        await world.LoadAsync(SyncWorld.Accounts());
        var (pushed, other) = (world.Org.Live("Account")[0].Id, world.Org.Live("Account")[1].Id);
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.Org.UpdateAsync("Account", pushed, new { Phone = "older" });
        await world.Org.UpdateAsync("Account", other, new { Phone = "new" });

        using (Failpoints.Listen(name => NotePushed(world, name, pushed)))
            (await world.PollAsync("Account")).ShouldBe(1);

        (await world.AskAsync($"select sfid from salesforce.account where phone in ('older', 'new')")).ShouldBe([other]);
        (await world.PollAsync("Account")).ShouldBe(1);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task Eight_hundred_fields_with_long_names_are_loaded_and_polled()
    {
        using var folder = new TemporaryFolder();
        var names = Enumerable.Range(0, 800).Select(at => $"{new string('w', 36)}{at:D4}__c").ToList();
        var fields = string.Join(',', names.Select(name => $$"""{ "name": "{{name}}", "type": "string", "length": 20 }"""));
        var file = folder.Combine("wide.json");
        await File.WriteAllTextAsync(
            file, $$"""{ "objects": [{ "name": "Wide__c", "label": "Wide", "rows": 3, "fields": [{{fields}}] }] }""", SyncWorld.Token);
        await using var world = await SyncWorld.StartAsync(metadataFile: file);
        await world.LoadAsync(new Mapping { ObjectName = "Wide__c", Access = MappingAccess.ReadOnly, Fields = names });
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.Org.UpdateAsync("Wide__c", world.Org.Live("Wide__c")[0].Id, new Dictionary<string, string> { [names[799]] = "last" });

        (await world.PollAsync("Wide__c")).ShouldBe(1);

        await world.ShouldBeEqualAsync("Wide__c");
    }

    private static async Task CommitLateAsync(SyncWorld world, string lateId, string quickId, TimeSpan lag)
    {
        var slow = new RecordSaver(world.Server.Org, lag + TimeSpan.FromSeconds(1));
        var late = world.Org.UpdateAsync(slow, "Account", lateId, new { Name = "late" });
        world.OrgTime.Advance(lag);
        await world.Org.UpdateAsync("Account", quickId, new { Name = "quick" });
        (await world.PollAsync("Account")).ShouldBe(1);
        world.OrgTime.Advance(TimeSpan.FromSeconds(1));
        await late;
        (await world.PollAsync("Account")).ShouldBe(1);
    }

    private static async Task CreateContactsAsync(SyncWorld world, int count)
    {
        for (var at = 0; at < count; at++)
            await world.Org.CreateAsync("Contact", new { LastName = "same stamp", FirstName = $"{at}" });
    }

    private static void NotePushed(SyncWorld world, string failpoint, string sfid)
    {
        if (failpoint == "poll.deleted")
            world.Find("Account").Gate.NotePushed([sfid]);
    }

    private static void Cut(string reached, string step)
    {
        if (reached == step)
            throw new IOException("cut off");
    }
}
