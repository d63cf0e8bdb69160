using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.States;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// Reloads, other filters and back-fills of tables in use: heroku-connect.md, section 9; architecture.md, promises 5 and 6.
/// </summary>
public sealed class RefreshTests
{
    private const string Versions = "select sfid, id, xmin from salesforce.account order by sfid";

    private static readonly SyncOptions ByJob = new() { RefreshByKeyRecords = 0, LoadPageRecords = 7, MergeRows = 3 };

    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);

    public static TheoryData<string, string> Crashes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var place in new[] { "reload.asked", "refresh.begun", "refresh.batch.written", "refresh.batch.committed" })
                data.Add("reload", place);
            foreach (var place in new[] { "refresh.removed", "refresh.ending", "refresh.ended", "request.done" })
                data.Add("reload", place);
            foreach (var place in new[] { "shape.altered", "shape.committed", "refresh.begun", "refresh.batch.committed" })
                data.Add("filter", place);
            data.Add("filter", "refresh.fetched");
            data.Add("filter", "refresh.removed");
            data.Add("filter", "refresh.ended");
            foreach (var place in new[] { "shape.altered", "shape.committed", "refresh.begun", "refresh.batch.written", "refresh.ending" })
                data.Add("columns", place);
            data.Add("columns", "refresh.batch.committed");
            return data;
        }
    }

    private static Mapping Accounts => SyncWorld.Accounts() with { PollInterval = Often };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reload_mends_every_difference_and_keeps_ids_and_what_the_user_made(bool isByJob)
    {
        await using var world = await StartAsync(isByJob ? ByJob : new SyncOptions());
        await using (await ShiftRun.StartAsync(world, Accounts))
            await LoadedAsync(world);
        await world.RunAsync("alter table salesforce.account add column note text not null default 'mine'");
        await world.RunAsync("create index my_index on salesforce.account (note)");
        await world.RunAsync("create view salesforce.my_view as select name, note from salesforce.account");
        var ids = await world.AskAsync("select sfid, id from salesforce.account order by sfid");
        await RunAsOwnAsync(world, "update salesforce.account set name = 'wrong' where id % 2 = 0");
        await RunAsOwnAsync(world, "insert into salesforce.account (sfid, name) values ('001000000000zzzAAA', 'nowhere')");
        await using var run = await ShiftRun.StartAsync(world, Accounts);

        var outcome = await AskAsync(world, RequestKind.Reload);

        outcome.ShouldBe(new RequestOutcome(true, $"Account was read anew: {world.Org.Live("Account").Count} records."));
        await world.ForgetAsync(Accounts);
        await world.ShouldBeEqualAsync("Account");
        (await world.AskAsync("select sfid, id from salesforce.account order by sfid")).ShouldBe(ids);
        (await world.AskAsync("select distinct note from salesforce.my_view")).ShouldBe(["mine"]);
        (await world.AskAsync("select count(*) from pg_indexes where indexname = 'my_index'")).ShouldBe(["1"]);
        (await world.AskAsync("select count(*) from tandem.refresh_record")).ShouldBe(["0"]);
        (await world.AskAsync("select count(*) from salesforce._trigger_log")).ShouldBe(["0"]);
        await SyncWorld.UntilAsync(
            async () => (await world.ReadProgressAsync("Account")).State == MappingState.DataSynced, "the reload's state is left");
    }

    [Fact]
    public async Task Polls_go_on_during_a_reload_and_a_record_deleted_meanwhile_stays_deleted()
    {
        await using var world = await StartAsync(ByJob);
        await using (await ShiftRun.StartAsync(world, Accounts))
            await LoadedAsync(world);
        var deleted = world.Org.DeletableAccounts()[^1].Id;
        var polled = world.Org.Live("Account")[0].Id;
        var isMidway = false;
        using var listening = Failpoints.Listen(place =>
        {
            if (place != "refresh.batch.committed" || isMidway)
                return;
            isMidway = true;
            world.OrgTime.Advance(TimeSpan.FromMinutes(1));
            world.Org.Delete(deleted);
            world.Org.UpdateAsync("Account", polled, new { Name = "meanwhile" }).GetAwaiter().GetResult();
        });
        await using var run = await ShiftRun.StartAsync(world, Accounts);

        (await AskAsync(world, RequestKind.Reload)).Succeeded.ShouldBeTrue();

        isMidway.ShouldBeTrue();
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync($"select count(*) from salesforce.account where sfid = '{deleted}'") is "0"
                && await world.AskOneAsync($"select name from salesforce.account where sfid = '{polled}'") is "meanwhile",
            "what happened meanwhile is seen");
    }

    [Fact]
    public async Task Another_filter_loads_and_removes_only_the_difference()
    {
        await using var world = await StartAsync(new SyncOptions());
        var energy = Accounts with { Filter = "Name < 'M'" };
        await using (await ShiftRun.StartAsync(world, energy))
            await LoadedAsync(world);
        await ShouldHoldAsync(world, name => string.CompareOrdinal(name.ToUpperInvariant(), "M") < 0);
        var before = (await world.AskAsync(Versions)).ToHashSet();

        await using (await ShiftRun.StartAsync(world, Accounts with { Filter = "Name >= 'D'" }))
            await SettledAsync(world);
        await ShouldHoldAsync(world, name => string.CompareOrdinal(name.ToUpperInvariant(), "D") >= 0);
        var after = await world.AskAsync(Versions);
        after.Count(before.Contains).ShouldBe(
            world.Org.Live("Account").Select(NameOf).Count(name =>
                string.CompareOrdinal(name, "D") >= 0 && string.CompareOrdinal(name, "M") < 0));

        await using (await ShiftRun.StartAsync(world, Accounts))
            await SettledAsync(world);
        await ShouldHoldAsync(world, _ => true);
        after.Except(await world.AskAsync(Versions)).ShouldBeEmpty();
        await world.ForgetAsync(Accounts);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_filter_that_brings_many_records_reads_them_by_a_reload()
    {
        await using var world = await StartAsync(ByJob with { RefreshFetchRecords = 1 });
        await using (await ShiftRun.StartAsync(world, Accounts with { Filter = "Name < 'D'" }))
            await LoadedAsync(world);
        await using var run = await ShiftRun.StartAsync(world, Accounts);

        await SettledAsync(world);

        await world.ForgetAsync(Accounts);
        await world.ShouldBeEqualAsync("Account");
        (await world.AskAsync("select filter from tandem.table_content")).ShouldBe(["-"]);
    }

    [Fact]
    public async Task A_filter_that_the_org_refuses_is_told_before_anything_is_stored()
    {
        await using var world = await StartAsync(new SyncOptions());

        var refused = await Should.ThrowAsync<ConfigurationException>(() => world.PrepareAsync(Accounts with { Filter = "Nmae = 'x'" }));

        refused.Message.ShouldContain("Account.filter: the org refuses the condition (INVALID_FIELD)");
        refused.Message.ShouldContain("No such column 'Nmae' on entity 'Account'");
        (await world.AskAsync("select count(*) from pg_namespace where nspname = 'salesforce'")).ShouldBe(["0"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Added_fields_are_filled_without_touching_the_rest_and_a_field_mapped_again_is_filled_again(bool isByJob)
    {
        await using var world = await StartAsync(isByJob ? ByJob : new SyncOptions());
        var few = Accounts with { Fields = ["Name"], UpsertField = null };
        await using (await ShiftRun.StartAsync(world, Accounts))
            await LoadedAsync(world);
        await using (await ShiftRun.StartAsync(world, few))
        {
            world.OrgTime.Advance(TimeSpan.FromMinutes(1));
            var id = world.Org.Live("Account")[0].Id;
            await world.Org.UpdateAsync("Account", id, new { Name = "renamed", Phone = "+1 555" });
            await SyncWorld.UntilAsync(
                async () => await world.AskOneAsync($"select name from salesforce.account where sfid = '{id}'") is "renamed", "it polls");
            (await world.AskOneAsync($"select phone from salesforce.account where sfid = '{id}'")).ShouldNotBe("+1 555");
        }

        await RunAsOwnAsync(world, "update salesforce.account set _hc_lastop = 'FAILED', _hc_err = '{}' where id = 3");
        var more = Accounts with { Fields = [.. Accounts.Fields, "Website", "BillingCity"] };
        await using (await ShiftRun.StartAsync(world, more))
            await SettledAsync(world);

        await world.ForgetAsync(more);
        await world.ShouldBeEqualAsync("Account");
        (await world.AskOneAsync("select _hc_lastop, _hc_err from salesforce.account where id = 3")).ShouldBe("FAILED|{}");
        (await world.AskAsync("select distinct _hc_lastop from salesforce.account where id <> 3")).ShouldBe(["SYNCED"]);
        (await world.AskAsync("select count(*) from salesforce._trigger_log")).ShouldBe(["0"]);
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task What_a_crash_interrupts_is_finished_by_the_next_shift(string kind, string place)
    {
        await using var world = await StartAsync(ByJob with { RefreshFetchRecords = 1_000 });
        var (from, to) = kind switch
        {
            "filter" => (Accounts with { Filter = "Name < 'M'" }, Accounts with { Filter = "Name >= 'D'" }),
            "columns" => (Accounts with { Fields = ["Name", "Ext_Id__c"] }, Accounts),
            _ => (Accounts, Accounts),
        };
        await using (await ShiftRun.StartAsync(world, from))
            await LoadedAsync(world);
        await RunAsOwnAsync(world, "insert into salesforce.account (sfid, name) values ('001000000000zzzAAA', 'nowhere')");
        if (kind == "reload")
            await RunAsOwnAsync(world, "update salesforce.account set name = 'wrong'");
        var crashed = new TaskCompletionSource();
        using (Failpoints.Listen(reached =>
        {
            if (reached != place)
                return;
            crashed.TrySetResult();
            throw new OperationCanceledException("a crash");
        }))
        {
            try
            {
                await using var crashing = await ShiftRun.StartAsync(world, to);
                if (kind == "reload")
                {
                    await new RequestTable(world.Database.DataSource, world.Schema)
                        .AskAsync(RequestKind.Reload, null, "{}", SyncWorld.Token);
                }

                await crashed.Task.WaitAsync(TimeSpan.FromSeconds(60), SyncWorld.Token);
            }
            catch (OperationCanceledException) when (crashed.Task.IsCompleted)
            {
                // The crash happened while the shift was prepared.
            }
        }

        await using (await ShiftRun.StartAsync(world, to))
        {
            await SettledAsync(world);
            await SyncWorld.UntilAsync(
                async () => await world.AskOneAsync("select count(*) from tandem.request where done_at is null") is "0",
                "the request is done");
        }

        await ShouldHoldAsync(world, name => kind != "filter" || string.CompareOrdinal(name, "D") >= 0, kind != "columns");
        if (kind == "filter")
            return;
        if (kind == "columns")
            await RunAsOwnAsync(world, "delete from salesforce.account where sfid = '001000000000zzzAAA'");
        await world.ForgetAsync(to);
        await world.ShouldBeEqualAsync("Account");
    }

    private static Task<SyncWorld> StartAsync(SyncOptions sync) => SyncWorld.StartAsync(contacts: 60, sync: sync);

    private static Task LoadedAsync(SyncWorld world) => SyncWorld.UntilAsync(
        async () => await world.AskOneAsync("select count(*) from tandem.progress where state = 'DATA_SYNCED'") is "1", "it is loaded");

    private static Task SettledAsync(SyncWorld world) => SyncWorld.UntilAsync(
        async () => await world.AskOneAsync(
            "select (select count(*) from tandem.refresh) + (select count(*) from tandem.progress where state <> 'DATA_SYNCED')") is "0",
        "nothing is owed");

    private static Task<RequestOutcome> AskAsync(SyncWorld world, RequestKind kind) => ShiftRun.AskAsync(world, kind, "Account");

    private static Task RunAsOwnAsync(SyncWorld world, string sql) =>
        world.RunAsync($"set xmlbinary = hex; {sql}; reset xmlbinary");

    private static string NameOf(Tandem.Simulator.Data.Record record) =>
        ((string?)record[record.Type.OrdinalOf("Name")] ?? "").ToUpperInvariant();

    private static async Task ShouldHoldAsync(SyncWorld world, Func<string, bool> isMeant, bool isExact = true)
    {
        var expected = world.Org.Live("Account").Where(record => isMeant(NameOf(record))).Select(record => record.Id).Order();
        var held = await world.AskAsync("select sfid from salesforce.account");
        held.Where(id => isExact || id != "001000000000zzzAAA").Order().ShouldBe(expected);
    }
}
