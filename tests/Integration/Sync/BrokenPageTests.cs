using System.Globalization;
using Shouldly;
using Tandem.Salesforce;
using Tandem.Simulator.Control;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Freshness;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;
using Tandem.Tests.Integration.Verify;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Half of a result page that ends in good order is never taken for the whole, whoever reads it; its header announces more rows:
/// salesforce-api.md, section 3.2. What loads make of it stands in <see cref="FirstLoadTests"/>.
/// </summary>
public sealed class BrokenPageTests
{
    [Fact]
    public async Task A_poll_reads_the_page_again()
    {
        var options = new SyncOptions { MergeRows = 30, Poll = new PollOptions { RestRows = 50, BulkPageRecords = 100 } };
        await using var world = await SyncWorld.StartAsync(contacts: 5, sync: options);
        await world.LoadAsync(SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        for (var at = 0; at < 250; at++)
            await world.Org.CreateAsync("Contact", new { LastName = $"{at}" });
        Break(world, after: 1);

        ShouldBeBrokenOff(await Should.ThrowAsync<SalesforceException>(() => world.PollAsync("Contact")), 100);

        await world.PollAsync("Contact");
        await world.ShouldBeEqualAsync("Contact");
        (await world.AskOneAsync("select job_id from tandem.poll_progress")).ShouldBe("-");
    }

    [Fact]
    public async Task The_rows_that_a_filter_no_longer_lets_in_are_all_found()
    {
        var options = new SyncOptions { Poll = new PollOptions { RestRows = 20 } };
        await using var world = await SyncWorld.StartAsync(sync: options);
        for (var at = 0; at < 60; at++)
            await world.Org.CreateAsync("Contact", new { LastName = "in" });
        await world.LoadAsync(SyncWorld.Contacts() with { Filter = "LastName = 'in'" });
        world.OrgTime.Advance(TimeSpan.FromHours(2));
        foreach (var contact in world.Org.Live("Contact"))
            await world.Org.UpdateAsync("Contact", contact.Id, new { LastName = "out" });
        Break(world);

        ShouldBeBrokenOff(await Should.ThrowAsync<SalesforceException>(() => world.PollAsync("Contact")), 60);

        await world.PollAsync("Contact");
        (await world.AskOneAsync("select count(*) from salesforce.contact")).ShouldBe("0");
    }

    [Fact]
    public async Task A_reload_removes_no_row_for_it()
    {
        var options = new SyncOptions { RefreshByKeyRecords = 0, LoadPageRecords = 7, MergeRows = 3 };
        await using var world = await SyncWorld.StartAsync(contacts: 60, sync: options);
        var mapping = SyncWorld.Accounts() with { PollInterval = TimeSpan.FromMilliseconds(50) };
        await using var run = await ShiftRun.StartAsync(world, mapping);
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from tandem.progress where state = 'DATA_SYNCED'") is "1", "it is loaded");
        var ids = await world.AskAsync("select sfid, id from salesforce.account order by sfid");
        var fault = Break(world);

        var outcome = await ShiftRun.AskAsync(world, RequestKind.Reload, "Account");

        outcome.ShouldBe(new RequestOutcome(true, $"Account was read anew: {ids.Count} records."));
        fault().ShouldBe(1);
        (await world.AskAsync("select sfid, id from salesforce.account order by sfid")).ShouldBe(ids);
    }

    [Fact]
    public async Task Derived_columns_are_read_again()
    {
        await using var fresh = await FreshWorld.StartAsync(new FreshnessOptions { BulkFrom = 10 }, pageRecords: 20);
        for (var at = 0; at < 49; at++)
            await fresh.CreateJobAsync($"{at}");
        await fresh.LoadAsync(FreshWorld.Jobs("Site_Name__c"));
        fresh.Wait(30);
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" });
        Break(fresh.World, after: 1);

        ShouldBeBrokenOff(await Should.ThrowAsync<SalesforceException>(fresh.RefreshAsync), 20);

        (await fresh.RefreshAsync()).ShouldBe(30);
        (await fresh.World.AskAsync("select distinct site_name__c from salesforce.job__c")).ShouldBe(["Pier"]);
    }

    [Fact]
    public async Task A_comparison_of_ids_misses_no_record()
    {
        var options = new SyncOptions { Poll = new PollOptions { RestRows = 10 } };
        await using var world = await SyncWorld.StartAsync(contacts: 200, sync: options);
        await world.LoadAsync(SyncWorld.Accounts());
        await world.PollAsync("Account");
        await world.RunAsync("set xmlbinary = 'hex'; delete from salesforce.account; reset xmlbinary");
        var all = world.Org.Live("Account").Count;
        world.OrgTime.Advance(TimeSpan.FromHours(25));
        Break(world);

        ShouldBeBrokenOff(await Should.ThrowAsync<SalesforceException>(() => world.ReconcileAsync("Account")), all);

        await world.PollAsync("Account");
        (await world.ReconcileAsync("Account")).ShouldBe(all);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(VerifyLevel.Stamps)]
    [InlineData(VerifyLevel.Values)]
    public async Task Verify_reads_the_window_again_and_misses_no_difference(VerifyLevel level)
    {
        await using var world = await Damage.StartAsync(contacts: 120, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.DeleteAsync(world, "contact", ids);
        var options = new SyncOptions { Verify = new VerifyOptions { RestRows = 10, PageRecords = 50 } };
        var fault = Break(world, after: 1);

        var run = world.VerifyAsync("Contact", new VerifyRequest(level, Repairs: false), options);
        await SyncWorld.UntilAsync(
            () =>
            {
                world.OrgTime.Advance(TimeSpan.FromSeconds(1));
                return run.IsCompleted;
            },
            "the comparison ends, after its pause");

        var report = await run;
        fault().ShouldBe(1);
        report.Missing.ShouldBe(120);
        report.WindowsRead.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("\"Na")]
    [InlineData("\"Name\"")]
    public async Task A_page_that_breaks_off_in_its_header_is_no_page_of_other_columns(string body)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 100);
        await world.PrepareAsync(SyncWorld.ReadWrite("Account", null, "Name"));
        world.AnswerWithPage(body, announced: 20);

        var failure = await Should.ThrowAsync<SalesforceException>(() => world.LoadAsync("Account"));

        failure.Message.ShouldContain("broke off after 0 rows, expected 20");
        FaultPolicy.Judge(failure).Action.ShouldBe(FaultAction.Retry);
        await world.LoadAsync("Account");
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task Half_of_a_query_page_by_REST_is_no_answer()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(SyncWorld.Contacts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        for (var at = 0; at < 40; at++)
            await world.Org.CreateAsync("Contact", new { LastName = $"{at}" });
        world.Server.Control.Faults.Add(new FaultRule { Path = "*/query*", Kind = FaultKind.EndAnswerEarly, Times = 1 });

        var failure = await Should.ThrowAsync<SalesforceException>(() => world.PollAsync("Contact"));

        FaultPolicy.Judge(failure).Action.ShouldBe(FaultAction.Retry);
        (await world.PollAsync("Contact")).ShouldBe(40);
        await world.ShouldBeEqualAsync("Contact");
    }

    /// <summary>Halves one result page.</summary>
    /// <returns>Tells how often the fault has struck.</returns>
    private static Func<int> Break(SyncWorld world, int after = 0)
    {
        var faults = world.Server.Control.Faults;
        faults.Add(new FaultRule { Id = "half a page", Path = "*/results", Kind = FaultKind.EndAnswerEarly, After = after, Times = 1 });
        return () => faults.List().Single(rule => rule.Rule.Id == "half a page").Hits;
    }

    private static void ShouldBeBrokenOff(SalesforceException failure, int expected)
    {
        failure.Message.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"rows, expected {expected}; it is read again"));
        FaultPolicy.Judge(failure).Action.ShouldBe(FaultAction.Retry);
    }
}
