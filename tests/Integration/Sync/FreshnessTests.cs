using Shouldly;
using Tandem.Simulator.Records;
using Tandem.Sync.Faults;
using Tandem.Sync.Freshness;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Formula columns follow their sources, whose changes leave the record's stamp alone: salesforce-api.md, section 10 ("Formula fields").
/// </summary>
public sealed class FreshnessTests
{
    private static readonly string[] OverParents =
        ["Site_Name__c", "Region_Zone__c", "Account_Loud__c", "Account_Owner__c", "Job_Owner__c"];

    [Theory]
    [InlineData("site_name__c", "Site__c", "Pier")]
    [InlineData("region_zone__c", "Region__c", "N2.")]
    [InlineData("account_loud__c", "Account", "APEX")]
    [InlineData("account_owner__c", "account's owner", "own1")]
    [InlineData("job_owner__c", "job's owner", "own2")]
    public async Task A_change_of_a_parent_a_grandparent_or_an_owner_arrives(string column, string changed, string expected)
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.LoadAsync(FreshWorld.Jobs(OverParents));
        fresh.Wait(30);
        var org = fresh.World.Org;
        await (changed switch
        {
            "Site__c" => org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" }),
            "Region__c" => org.UpdateAsync("Region__c", fresh.Region, new { Zone__c = "N2" }),
            "Account" => org.UpdateAsync("Account", fresh.Account, new { Name = "Apex" }),
            "account's owner" => org.UpdateAsync("User", Owner(fresh, "Account", fresh.Account), new { Alias = "own1" }),
            _ => org.UpdateAsync("User", Owner(fresh, "Job__c", fresh.Job), new { Alias = "own2" }),
        });
        (await fresh.World.PollAsync("Job__c")).ShouldBe(0, "the job itself has not changed");

        (await fresh.RefreshAsync()).ShouldBe(1);

        (await fresh.World.AskOneAsync($"select {column} from salesforce.job__c")).ShouldBe(expected);
        await fresh.World.ShouldBeEqualAsync("Job__c");
        fresh.Wait(10);
        (await fresh.RefreshAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_lookup_that_is_set_or_changed_is_followed_from_then_on()
    {
        await using var fresh = await FreshWorld.StartAsync();
        var job = await fresh.World.Org.CreateAsync("Job__c", new { Name = "no site" });
        await fresh.LoadAsync(FreshWorld.Jobs(OverParents));
        fresh.Wait(30);
        await fresh.World.Org.UpdateAsync("Job__c", job, new { Site__c = fresh.Site });
        (await fresh.World.PollAsync("Job__c")).ShouldBe(1);
        await fresh.World.ShouldBeEqualAsync("Job__c");
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" });

        (await fresh.RefreshAsync()).ShouldBe(2);

        await fresh.World.ShouldBeEqualAsync("Job__c");
    }

    [Fact]
    public async Task A_formula_over_today_is_read_after_midnight_and_not_before()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.LoadAsync(FreshWorld.Jobs("Is_Late__c"));
        await fresh.World.Org.UpdateAsync("Job__c", fresh.Job, new { Due__c = fresh.Day(0) });
        await fresh.World.PollAsync("Job__c");
        (await fresh.World.AskOneAsync("select is_late__c from salesforce.job__c")).ShouldBe("False");
        fresh.Wait(11.4 * 60);
        (await fresh.IsDueAsync()).ShouldBeFalse("the day is not over");
        fresh.Wait(11);

        (await fresh.RefreshAsync()).ShouldBe(1);

        (await fresh.World.AskOneAsync("select is_late__c from salesforce.job__c")).ShouldBe("True");
        await fresh.World.ShouldBeEqualAsync("Job__c");
        (await fresh.IsDueAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_formula_over_now_is_read_every_hour()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.World.LoadAsync(FreshWorld.Jobs("Read_At__c"));
        await fresh.RefreshAsync();
        fresh.Wait(50);
        (await fresh.IsDueAsync()).ShouldBeFalse();
        fresh.Wait(10);

        (await fresh.RefreshAsync()).ShouldBe(1);

        await fresh.World.ShouldBeEqualAsync("Job__c");
    }

    [Fact]
    public async Task What_nobody_can_be_asked_about_is_swept_slice_by_slice_within_the_interval()
    {
        await using var fresh = await FreshWorld.StartAsync(new FreshnessOptions { SliceRows = 4 });
        for (var at = 0; at < 9; at++)
            await fresh.CreateJobAsync($"{at}");
        fresh.Hide("Region__c");
        await fresh.LoadAsync(FreshWorld.Jobs("Region_Zone__c"));
        await fresh.World.Org.UpdateAsync("Region__c", fresh.Region, new { Zone__c = "N2" });
        var written = new List<int>();
        for (var hour = 0; hour < 9; hour++)
        {
            if (hour == 4)
                fresh.Restart();
            fresh.Wait(60);
            written.Add(await fresh.RefreshAsync());
        }

        // Ten rows in six hours: four at once before the change, four at 2.4 h, two at 4.8 h, and the first four in the next round.
        written.Where(rows => rows > 0).ShouldBe([4, 2, 4]);
        (await fresh.World.AskOneAsync("select distinct region_zone__c from salesforce.job__c")).ShouldBe("N2.");
        (await fresh.StatusAsync()).Fields.ShouldHaveSingleItem().Kept.ShouldStartWith(
            "by changes of Site__r, asked every 10 min; by a sweep every 6 h, because it uses ");
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(1_000)]
    public async Task A_parent_with_thousands_of_children_is_read_once_for_each(int bulkFrom)
    {
        await using var fresh = await FreshWorld.StartAsync(new FreshnessOptions { BulkFrom = bulkFrom }, pageRecords: 2_000);
        for (var at = 0; at < 4_999; at++)
            await fresh.CreateJobAsync($"{at}");
        await fresh.LoadAsync(FreshWorld.Jobs(OverParents));
        fresh.Wait(30);
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" });
        fresh.World.Server.Control.Calls.Reset();
        var pages = 0;
        await Should.ThrowAsync<IOException>(() => RefreshUntilAsync(fresh, name => name == "fresh.page.committed" && ++pages == 2));
        (await Count(fresh, "Pier")).ShouldBe("4000");
        fresh.Restart();

        (await fresh.RefreshAsync()).ShouldBe(1_000);

        (await Count(fresh, "Pier")).ShouldBe("5000");
        var jobs = fresh.World.Server.Control.Calls.Counts
            .Where(count => count.Method == "POST" && count.Route.EndsWith("jobs/query", StringComparison.Ordinal))
            .Sum(count => count.Calls);
        jobs.ShouldBe(bulkFrom == 1_000 ? 1 : 0, "a run that was cut off goes on with its job");
        await fresh.World.ShouldBeEqualAsync("Job__c");
    }

    [Fact]
    public async Task The_children_of_the_last_changed_parent_are_not_read_for_ever()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.LoadAsync(FreshWorld.Jobs("Site_Name__c"));
        fresh.Wait(30);
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" });
        (await fresh.RefreshAsync()).ShouldBe(1);
        fresh.Wait(10);
        await fresh.RefreshAsync();
        fresh.Wait(10);
        fresh.World.Server.Control.Calls.Reset();

        (await fresh.RefreshAsync()).ShouldBe(0);

        fresh.World.Server.Control.Calls.Cost.ShouldBe(1, "one question whether a parent has changed");
    }

    [Fact]
    public async Task A_parent_that_is_committed_late_under_an_older_stamp_is_not_lost()
    {
        await using var fresh = await FreshWorld.StartAsync();
        var pier = await fresh.World.Org.CreateAsync("Site__c", new { Name = "Pier" });
        await fresh.World.Org.CreateAsync("Job__c", new { Name = "other", Site__c = pier });
        await fresh.LoadAsync(FreshWorld.Jobs("Site_Name__c"));
        fresh.Wait(30);
        var slow = new RecordSaver(fresh.World.Server.Org, TimeSpan.FromMinutes(5));
        var late = fresh.World.Org.UpdateAsync(slow, "Site__c", fresh.Site, new { Name = "late" });
        fresh.Wait(4);
        await fresh.World.Org.UpdateAsync("Site__c", pier, new { Name = "quick" });
        (await fresh.RefreshAsync()).ShouldBe(1);
        fresh.Wait(1);
        await late;
        fresh.Wait(9);

        (await fresh.RefreshAsync()).ShouldBe(1);

        await fresh.World.ShouldBeEqualAsync("Job__c");
    }

    [Fact]
    public async Task A_queued_local_change_stays_and_its_row_stays_pending()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.LoadAsync(FreshWorld.Jobs("Site_Name__c"));
        fresh.Wait(30);
        await fresh.World.RunAsync("update salesforce.job__c set note__c = 'mine'");
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" });

        (await fresh.RefreshAsync()).ShouldBe(1);

        (await fresh.World.AskOneAsync("select note__c, site_name__c, _hc_lastop from salesforce.job__c")).ShouldBe("mine|Pier|PENDING");
        (await fresh.World.AskOneAsync("select count(*) from salesforce._trigger_log")).ShouldBe("1");
        await fresh.World.PushAsync();
        await fresh.World.PollAsync("Job__c");
        await fresh.World.ShouldBeEqualAsync("Job__c");
        fresh.World.Org.Value("Job__c", fresh.Job, "Note__c").ShouldBe("mine");
    }

    [Fact]
    public async Task A_record_that_changed_itself_is_left_to_the_poll()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.LoadAsync(FreshWorld.Jobs("Site_Name__c"));
        fresh.Wait(30);
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" });
        await fresh.World.Org.UpdateAsync("Job__c", fresh.Job, new { Note__c = "theirs" });
        var created = await fresh.CreateJobAsync("not in the table yet");

        (await fresh.RefreshAsync()).ShouldBe(0);

        (await fresh.World.AskOneAsync("select note__c, site_name__c from salesforce.job__c")).ShouldBe("note|Harbour");
        (await fresh.World.PollAsync("Job__c")).ShouldBe(2);
        await fresh.World.ShouldBeEqualAsync("Job__c");
        created.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Only_rows_that_the_filter_lets_in_are_read()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.World.Org.CreateAsync("Job__c", new { Name = "out", Site__c = fresh.Site, Note__c = "out" });
        await fresh.LoadAsync(FreshWorld.Jobs("Site_Name__c", "Job_Owner__c") with { Filter = "Note__c = 'note' OR Name = 'none'" });
        fresh.Wait(30);
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" });
        await fresh.World.Org.UpdateAsync("User", Owner(fresh, "Job__c", fresh.Job), new { Alias = "own" });

        (await fresh.RefreshAsync()).ShouldBe(1);

        (await fresh.World.AskAsync("select name, site_name__c, job_owner__c from salesforce.job__c")).ShouldBe(["first|Pier|own"]);
    }

    [Fact]
    public async Task A_mapping_that_does_not_ask_for_it_or_has_no_formula_costs_nothing()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.World.LoadAsync(FreshWorld.Jobs("Site_Name__c") with { KeepsFormulasFresh = false });
        (await fresh.IsDueAsync()).ShouldBeFalse();
        await fresh.World.ForgetAsync(FreshWorld.Jobs());
        (await fresh.IsDueAsync()).ShouldBeFalse();
        await fresh.World.ForgetAsync(FreshWorld.Jobs("Short_Note__c"));
        (await fresh.RefreshAsync()).ShouldBe(0);
        fresh.Wait(12 * 60);
        (await fresh.IsDueAsync()).ShouldBeFalse("the formula changes with its record alone");
        (await fresh.StatusAsync()).Fields.ShouldHaveSingleItem().Kept.ShouldBe(
            "by the poll: the value changes only with its record");
    }

    [Theory]
    [InlineData("fresh.plan.saved")]
    [InlineData("fresh.run.begun")]
    [InlineData("fresh.page.written")]
    [InlineData("fresh.page.committed")]
    [InlineData("fresh.run.ended")]
    [InlineData("fresh.job.created")]
    public async Task A_crash_at_any_step_loses_nothing(string failpoint)
    {
        await using var fresh = await FreshWorld.StartAsync(new FreshnessOptions { BulkFrom = failpoint == "fresh.job.created" ? 0 : 10 });
        await fresh.World.LoadAsync(FreshWorld.Jobs(OverParents));
        fresh.Wait(30);
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" });
        await fresh.World.Org.UpdateAsync("Region__c", fresh.Region, new { Zone__c = "N2" });
        await Should.ThrowAsync<IOException>(() => RefreshUntilAsync(fresh, name => name == failpoint));
        fresh.Restart();

        await fresh.RefreshAsync();

        await fresh.World.ShouldBeEqualAsync("Job__c");
    }

    [Fact]
    public async Task Other_formulas_than_the_rows_were_read_with_are_a_reason_to_read_all()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.LoadAsync(FreshWorld.Jobs("Short_Note__c"));
        await fresh.World.RunAsync("update tandem.freshness set definition = 'that of older formulas'");
        await fresh.World.RunAsync("set xmlbinary = 'hex'; update salesforce.job__c set short_note__c = 'older'; reset xmlbinary");
        fresh.Restart();

        (await fresh.RefreshAsync()).ShouldBe(1);

        await fresh.World.ShouldBeEqualAsync("Job__c");
    }

    [Fact]
    public async Task A_query_that_the_org_refuses_is_shown_and_planned_anew_while_the_poll_goes_on()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.LoadAsync(FreshWorld.Jobs("Region_Zone__c"));
        fresh.Hide("Region__c");
        fresh.Wait(30);
        await fresh.RefreshAsync();
        (await fresh.StatusAsync()).Trouble.ShouldNotBeNull().ShouldStartWith(
            "Job__c: the org answered INVALID_FIELD to the query for derived fields; they are asked for again at ");
        await fresh.World.Org.UpdateAsync("Region__c", fresh.Region, new { Zone__c = "N2" });
        fresh.Wait(60);

        (await fresh.RefreshAsync()).ShouldBe(1);

        (await fresh.StatusAsync()).Trouble.ShouldBeNull();
        await fresh.World.ShouldBeEqualAsync("Job__c");
    }

    [Fact]
    public async Task The_status_tells_the_ways_and_the_price()
    {
        await using var fresh = await FreshWorld.StartAsync();
        await fresh.World.LoadAsync(FreshWorld.Jobs([.. OverParents, "Is_Late__c", "Read_At__c"]));
        fresh.World.Server.Control.Calls.Reset();
        await fresh.RefreshAsync();
        fresh.Wait(10);
        await fresh.RefreshAsync();

        var status = await fresh.StatusAsync();

        var kept = status.Fields.ToDictionary(field => field.Field, field => field.Kept);
        kept["Site_Name__c"].ShouldBe("by changes of Site__r, asked every 10 min");
        kept["Account_Owner__c"].ShouldBe(
            "by changes of Site__r, Site__r.Account__r and Site__r.Account__r.Owner, asked every 10 min");
        kept["Job_Owner__c"].ShouldBe("by changes of Owner:User, asked every 10 min");
        kept["Is_Late__c"].ShouldStartWith("daily after midnight in ");
        kept["Read_At__c"].ShouldBe("every 1 h, because it uses the time of day");
        status.CallsByDay.ShouldHaveSingleItem().Value.ShouldBe(fresh.World.Server.Control.Calls.Cost);
        status.RefreshedAt.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(0)]
    public async Task A_derived_text_that_does_not_fit_holds_its_row_until_it_does(int bulkFrom)
    {
        await using var fresh = await FreshWorld.StartAsync(new FreshnessOptions { BulkFrom = bulkFrom });
        await fresh.CreateJobAsync("second");
        await fresh.LoadAsync(FreshWorld.Jobs("Site_Name__c"));
        fresh.Wait(30);
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pi\0er" });

        (await fresh.RefreshAsync()).ShouldBe(0);

        (await fresh.World.AskAsync("select distinct sentence from tandem.read_error")).ShouldHaveSingleItem()
            .ShouldStartWith("Job__c.Site_Name__c: the text has the character U+0000");
        (await fresh.World.AskOneAsync("select count(*) from tandem.read_error")).ShouldBe("2");
        (await fresh.World.AskOneAsync("select distinct site_name__c from salesforce.job__c")).ShouldBe("Harbour");
        await fresh.World.Org.UpdateAsync("Site__c", fresh.Site, new { Name = "Pier" });
        (await fresh.World.HeldRowsPassAsync("Job__c")).ShouldBe(2);
        (await fresh.World.AskAsync("select sfid from tandem.read_error")).ShouldBeEmpty();
        await fresh.World.ShouldBeEqualAsync("Job__c");
    }

    [Fact]
    public async Task A_slice_with_a_row_that_is_held_is_not_the_end_of_the_sweep()
    {
        await using var fresh = await FreshWorld.StartAsync(new FreshnessOptions { SliceRows = 4 });
        var region = await fresh.World.Org.CreateAsync("Region__c", new { Name = "odd", Zone__c = "N\0" });
        var site = await fresh.World.Org.CreateAsync("Site__c", new { Name = "odd", Region__c = region, Account__c = fresh.Account });
        await fresh.World.Org.UpdateAsync("Job__c", fresh.Job, new { Site__c = site });
        for (var at = 0; at < 9; at++)
            await fresh.CreateJobAsync($"{at}");
        fresh.Hide("Region__c");
        await fresh.LoadAsync(FreshWorld.Jobs("Region_Zone__c"));
        await fresh.World.Org.UpdateAsync("Region__c", fresh.Region, new { Zone__c = "N2" });

        for (var hour = 0; hour < 14; hour++)
        {
            fresh.Wait(60);
            await fresh.RefreshAsync();
        }

        (await fresh.World.AskAsync("select region_zone__c, count(*) from salesforce.job__c group by 1")).ShouldBe(["N2.|9"]);
        (await fresh.World.AskOneAsync("select column_name from tandem.read_error")).ShouldBe("region_zone__c");
    }

    private static string Owner(FreshWorld fresh, string objectName, string id) =>
        fresh.World.Org.Value(objectName, id, "OwnerId").ShouldBeOfType<string>();

    private static Task<string> Count(FreshWorld fresh, string name) =>
        fresh.World.AskOneAsync($"select count(*) from salesforce.job__c where site_name__c = '{name}'");

    private static async Task RefreshUntilAsync(FreshWorld fresh, Func<string, bool> isReached)
    {
        using (Failpoints.Listen(name =>
        {
            if (isReached(name))
                throw new IOException($"A crash at {name}.");
        }))
        {
            await fresh.RefreshAsync();
        }
    }
}
