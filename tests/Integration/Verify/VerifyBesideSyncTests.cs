using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Verify;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Verify;

/// <summary>
/// Verify while the sync goes on: what changes meanwhile is no difference, what waits is left alone, what stops goes on.
/// Architecture.md, promises 1, 4 and 6.
/// </summary>
public sealed class VerifyBesideSyncTests
{
    private static readonly VerifyRequest Values = new(VerifyLevel.Values, Repairs: false);
    private static readonly VerifyRequest Repairing = new(VerifyLevel.Stamps, Repairs: true);

    [Fact]
    public async Task Changes_that_the_next_poll_brings_are_no_differences()
    {
        await using var world = await Damage.StartAsync(contacts: 60, SyncWorld.Accounts(), SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        world.OrgTime.Advance(TimeSpan.FromMinutes(5));
        await world.Org.UpdateAsync("Contact", ids[0], new { LastName = "changed" });
        await world.Org.CreateAsync("Contact", new { LastName = "created" });
        world.Org.Delete(ids[1]);

        var report = await world.VerifyAsync("Contact", Values with { Repairs = true });

        report.Differences.ShouldBe(0);
        report.IsEqual.ShouldBeTrue();
        (await world.PollAsync("Contact")).ShouldBeGreaterThanOrEqualTo(3);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_hard_delete_that_the_delete_log_will_bring_is_no_difference_and_one_that_it_passed_is()
    {
        await using var world = await Damage.StartAsync(contacts: 60, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await world.PollWithDeletesAsync("Contact");
        world.OrgTime.Advance(TimeSpan.FromMinutes(20));
        world.Org.HardDelete(ids[0]);
        world.OrgTime.Advance(TimeSpan.FromMinutes(20));

        (await world.VerifyAsync("Contact", Repairing)).Differences.ShouldBe(0);
        (await world.PollWithDeletesAsync("Contact")).ShouldBe(1);

        await Damage.InsertAsync(world, "contact", ids[0]);
        var report = await world.VerifyAsync("Contact", Repairing);
        (report.Surplus, report.Repaired, report.PassedByPoll).ShouldBe((1, 1, 0));
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_soft_delete_that_the_polls_have_passed_counts_as_passed()
    {
        await using var world = await Damage.StartAsync(contacts: 60, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        world.Org.Delete(ids[0]);
        await world.PollAsync("Contact");
        await Damage.SettleAsync(world, "Contact", ids[9], new { LastName = "Touched" });
        await Damage.InsertAsync(world, "contact", ids[0]);

        var report = await world.VerifyAsync("Contact", Repairing);

        (report.Surplus, report.Repaired, report.PassedByPoll).ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task Rows_with_a_change_that_waits_or_was_refused_are_left_alone_and_listed()
    {
        await using var world = await Damage.StartAsync(contacts: 60, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await world.RunAsync($"update salesforce.contact set lastname = 'waits' where sfid = '{ids[0]}'");
        await world.RunAsync($"delete from salesforce.contact where sfid = '{ids[1]}'");
        await Damage.SetAsync(world, "contact", ids[2], "lastname = 'refused', _hc_lastop = 'FAILED', _hc_err = '{}'");
        await Damage.InsertAsync(world, "contact", Damage.UnknownContact);
        await world.RunAsync($"update salesforce.contact set lastname = 'waits' where sfid = '{Damage.UnknownContact}'");

        var report = await world.VerifyAsync("Contact", Values with { Repairs = true });

        report.Differences.ShouldBe(0);
        (report.HeldByQueue, report.HeldByWriteError).ShouldBe((3, 1));
        report.HeldExamples.ShouldBe([ids[0], ids[1], ids[2], Damage.UnknownContact], ignoreOrder: true);
        (await world.AskAsync($"select lastname from salesforce.contact where sfid in ('{ids[0]}', '{ids[2]}') order by 1"))
            .ShouldBe(["refused", "waits"]);
        (await world.AskOneAsync($"select count(*) from salesforce.contact where sfid = '{ids[1]}'")).ShouldBe("0");
    }

    [Fact]
    public async Task No_false_difference_while_both_sides_are_written()
    {
        await using var world = await Damage.StartAsync(contacts: 400, SyncWorld.Contacts());
        var sync = new SyncOptions { Verify = new VerifyOptions { WindowRows = 60, RestRows = 30, PageRecords = 25 } };
        var ids = await Damage.IdsAsync(world, "contact");
        await using var push = world.StartPush();
        await using var writer = new BackgroundRun(async token =>
        {
            for (var round = 0; !token.IsCancellationRequested; round++)
            {
                await world.RunAsync($"update salesforce.contact set firstname = 'app {round}' where sfid = '{ids[round % 90]}'");
                await world.Org.UpdateAsync("Contact", ids[100 + round % 90], new { FirstName = $"org {round}" });
                await world.Org.CreateAsync("Contact", new { LastName = $"org {round}" });
                world.Org.Delete(ids[200 + round % 190]);
                world.Org.Undelete(ids[200 + round % 190]);
                world.OrgTime.Advance(TimeSpan.FromSeconds(1));
                if (round % 5 == 4)
                    await world.PollAsync("Contact");
            }
        });

        for (var run = 0; run < 6; run++)
        {
            var report = await world.VerifyAsync("Contact", new VerifyRequest((VerifyLevel)(run % 3), Repairs: true), sync);
            await writer.ThrowIfEndedAsync();
            report.Examples.ShouldBeEmpty();
            report.FinishedAt.ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("verify.span.saved")]
    [InlineData("verify.repair.written")]
    [InlineData("verify.repair.committed")]
    [InlineData("verify.share.saved")]
    public async Task A_crash_anywhere_costs_at_most_a_span_and_the_next_run_goes_on(string failpoint)
    {
        var sync = new SyncOptions { Verify = new VerifyOptions { WindowRows = 40 } };
        await using var world = await Damage.StartAsync(contacts: 400, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.DeleteAsync(world, "contact", ids[5], ids[395]);
        var request = Repairing with { TakesShare = true };
        using (Failpoints.Listen(name =>
        {
            if (name == failpoint)
                throw new TimeoutException(name);
        }))
        {
            (await Should.ThrowAsync<TimeoutException>(() => world.VerifyAsync("Contact", request, sync))).Message.ShouldBe(failpoint);
        }

        var report = await world.VerifyAsync("Contact", request, sync);

        report.IsEqual.ShouldBeTrue();
        report.SalesforceRows.ShouldBe(400);
        // The share that was saved before the crash was the whole table; the run that goes on finds nothing behind it.
        report.ShareRows.ShouldBe(failpoint == "verify.share.saved" ? 0 : 400);
        (await world.AskOneAsync("select count(*) from tandem.verify_run")).ShouldBe("1");
        (await world.AskOneAsync("select count(*) from tandem.verify_run where finished_at is null")).ShouldBe("0");
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_run_stops_for_the_allowance_and_goes_on_when_it_has_recovered()
    {
        await using var world = await Damage.StartAsync(contacts: 400, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.DeleteAsync(world, "contact", ids[5], ids[395]);
        var sparing = new SyncOptions { Verify = new VerifyOptions { WindowRows = 40, AllowanceLeft = 1.0 } };

        var stopped = await world.VerifyAsync("Contact", Repairing, sparing);

        stopped.FinishedAt.ShouldBeNull();
        stopped.IsEqual.ShouldBeFalse();
        stopped.Remark.ShouldNotBeNull().ShouldContain("API calls of a day are used");
        var report = await world.VerifyAsync("Contact", Repairing, new SyncOptions { Verify = new VerifyOptions { WindowRows = 40 } });
        (report.Missing, report.Repaired, report.IsEqual, report.Remark).ShouldBe((2, 2, true, null));
        report.StartedAt.ShouldBe(stopped.StartedAt);
        report.ApiCalls.ShouldBeGreaterThan(stopped.ApiCalls);
    }

    [Fact]
    public async Task So_many_differences_that_it_is_no_gap_end_the_run_with_advice()
    {
        await using var world = await Damage.StartAsync(contacts: 700, SyncWorld.Contacts());
        await world.RunAsync("begin; set local xmlbinary = 'hex'; truncate salesforce.contact; commit");
        var sync = new SyncOptions { Verify = new VerifyOptions { MostDifferences = 300 } };

        var report = await world.VerifyAsync("Contact", Repairing with { Repairs = false }, sync);

        report.Missing.ShouldBe(400);
        report.FinishedAt.ShouldNotBeNull();
        report.IsEqual.ShouldBeFalse();
        report.Remark.ShouldNotBeNull().ShouldContain("Reload the mapping");
        report.Examples.Count.ShouldBe(20);
    }

    [Fact]
    public async Task A_constraint_against_a_repair_is_named_and_the_run_goes_on()
    {
        await using var world = await Damage.StartAsync(contacts: 50, SyncWorld.Contacts());
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.DeleteAsync(world, "contact", ids[3]);
        await world.RunAsync($"alter table salesforce.contact add constraint not_that_one check (sfid <> '{ids[3]}')");

        var report = await world.VerifyAsync("Contact", Repairing);

        (report.Missing, report.Repaired).ShouldBe((1, 0));
        report.Remark.ShouldNotBeNull().ShouldContain("not_that_one");
        report.FinishedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_window_whose_answer_is_cut_or_refused_is_read_again()
    {
        await using var world = await Damage.StartAsync(contacts: 200, SyncWorld.Contacts());
        var sync = new SyncOptions { Verify = new VerifyOptions { RestRows = 10, PageRecords = 50 } };
        world.Server.Control.Faults.Add(new Tandem.Simulator.Control.FaultRule
        {
            Path = "*/jobs/query/*/results*", Kind = Tandem.Simulator.Control.FaultKind.TruncateAnswer, After = 1, Times = 1,
        });

        var report = await world.VerifyAsync("Contact", Values, sync);

        report.IsEqual.ShouldBeTrue();
        report.WindowsRead.ShouldBe(1);
    }

    [Fact]
    public async Task A_shift_verifies_by_itself_and_repairs_and_goes_round_all_values()
    {
        var mapping = SyncWorld.Contacts() with { PollInterval = TimeSpan.FromMilliseconds(200) };
        var verify = new VerifyOptions
        {
            Interval = TimeSpan.FromMilliseconds(1), CheckInterval = TimeSpan.FromMilliseconds(20), ShareRows = 70,
        };
        await using var world = await SyncWorld.StartAsync(contacts: 200, sync: new SyncOptions { Verify = verify });
        await world.PrepareAsync(mapping);
        await using var shift = world.NewShift();
        await shift.PrepareAsync([mapping], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from tandem.verify_run where finished_at is not null") is not "0",
            "a first run is finished");
        var ids = await Damage.IdsAsync(world, "contact");
        await Damage.SettleAsync(world, "Contact", ids[100], new { FirstName = "settled" });
        await Damage.SetAsync(world, "contact", ids[150], "lastname = 'damaged'");

        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from salesforce.contact where lastname = 'damaged'") is "0",
            "the share that holds the damaged row is compared");

        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from tandem.verify_run where repaired = 1") is "1",
            "the run that repaired it says so");
        await run.ThrowIfEndedAsync();
    }

    /// <summary>Seed 463 of the convergence property: records that a new filter lets in were told as passed over by polls.</summary>
    [Fact]
    public async Task What_a_refresh_is_about_to_bring_is_not_verified_before_it()
    {
        var verify = new VerifyOptions { Interval = TimeSpan.FromMilliseconds(1), CheckInterval = TimeSpan.FromMilliseconds(1) };
        var sync = new SyncOptions { Verify = verify };
        await using var world = await SyncWorld.StartAsync(contacts: 60, sync: sync);
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts() with { Filter = "LastName = 'nobody'" });
        await using var shift = world.NewShift();
        await shift.PrepareAsync([SyncWorld.Accounts(), SyncWorld.Contacts()], SyncWorld.Token);
        using var verifier = new Verifier(
            world.Salesforce, world.Schema, sync, TimeProvider.System, NullLogger<Verifier>.Instance);
        var loop = new VerifyLoop(
            shift.Mappings.ShouldNotBeNull(), verifier, verify, TimeProvider.System, NullLogger<VerifyLoop>.Instance);
        await using var run = new BackgroundRun(token => loop.RunAsync(world.Target, token));

        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync(
                "select count(*) from tandem.verify_run where object_name = 'Account' and finished_at is not null") is not ("0" or "1"),
            "the other mapping is verified meanwhile");

        (await world.AskOneAsync("select count(*) from tandem.verify_run where object_name = 'Contact'")).ShouldBe("0");
        await run.ThrowIfEndedAsync();
    }

    [Fact]
    public async Task Verifications_that_are_due_take_turns_in_their_database()
    {
        var verify = new VerifyOptions { Interval = TimeSpan.FromMilliseconds(1), CheckInterval = TimeSpan.FromMilliseconds(1) };
        await using var world = await SyncWorld.StartAsync(contacts: 200, sync: new SyncOptions { Verify = verify });
        await world.PrepareAsync(SyncWorld.Contacts());
        await using var shift = world.NewShift();
        var turns = world.Target.Verifications;
        var all = turns.CurrentCount;
        while (turns.CurrentCount > 0)
            await turns.WaitAsync(SyncWorld.Token);
        await shift.PrepareAsync([SyncWorld.Contacts()], SyncWorld.Token);
        await using (var run = new BackgroundRun(shift.RunAsync))
        {
            await SyncWorld.UntilAsync(
                async () => await world.AskOneAsync("select count(*) from tandem.verify_plan where next_at < now()") is "1", "it is due");
            (await world.AskOneAsync("select count(*) from tandem.verify_run")).ShouldBe("0");

            turns.Release(all);

            await SyncWorld.UntilAsync(() => turns.CurrentCount < all, "it has its turn");
            await SyncWorld.UntilAsync(
                async () => await world.AskOneAsync("select count(*) from tandem.verify_run where finished_at is not null") is not "0",
                "it is verified");
            await run.ThrowIfEndedAsync();
        }

        turns.CurrentCount.ShouldBe(all);
    }

    [Fact]
    public async Task A_person_asks_a_running_server_and_gets_the_report()
    {
        var mapping = SyncWorld.Contacts() with { PollInterval = TimeSpan.FromMilliseconds(50) };
        await using var world = await SyncWorld.StartAsync(contacts: 100);
        await world.PrepareAsync(mapping);
        await new CatalogDatabase(world.Database.DataSource).SaveAsync(
            new Connection
            {
                Id = Guid.CreateVersion7(), Name = "test", LoginUrl = world.Proxy.Address, ApiVersion = "67.0", Schema = world.Schema,
            },
            [],
            SyncWorld.Token);
        await using var shift = world.NewShift();
        await shift.PrepareAsync([mapping], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);
        await SyncWorld.UntilAsync(() => shift.Mappings is { } live && Verifier.CanRun(live.All[0]), "the contacts are loaded");
        var desk = new RequestDesk(world.Database.ConnectionString, world.Schema, TimeProvider.System)
        {
            Options = """{"level":"counts","repairs":false}""",
        };

        var outcome = await desk.AskAsync(RequestKind.Verify, "Contact", SyncWorld.Token);

        outcome.Succeeded.ShouldBeTrue();
        outcome.Sentence.ShouldBe("Both sides are equal.");
        var report = JsonSerializer.Deserialize<List<VerifyReport>>(outcome.Detail.ShouldNotBeNull(), VerifyJson.Options)
            .ShouldNotBeNull().ShouldHaveSingleItem();
        report.Level.ShouldBe(VerifyLevel.Counts);
        report.ApiCalls.ShouldBe(1);
    }
}
