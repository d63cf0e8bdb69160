using Shouldly;
using Tandem.Salesforce;
using Tandem.Simulator.Control;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Tandem.Sync.States;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// The first load of a table of ours, and what an app does meanwhile: heroku-connect.md, sections 3.2, 3.4 and 5.3; salesforce-api.md,
/// section 3.2; architecture.md, promises 1, 2 and 6.
/// </summary>
public sealed class FirstLoadTests
{
    private static readonly SyncOptions ShortPages = new() { LoadPageRecords = 20, ParallelPages = 2 };

    [Theory]
    [InlineData("load.begun", 1)]
    [InlineData("load.page.copied", 1)]
    [InlineData("load.page.copied", 3)]
    [InlineData("load.page.noted", 2)]
    [InlineData("load.page.committed", 2)]
    [InlineData("load.pages.done", 1)]
    [InlineData("load.table.indexed", 1)]
    [InlineData("load.table.indexed", 4)]
    [InlineData("load.table.sealed", 1)]
    [InlineData("load.done", 1)]
    public async Task A_crash_at_any_step_costs_time_and_nothing_else(string step, int hit)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 500, sync: ShortPages);
        await world.PrepareAsync(SyncWorld.Accounts());

        await CrashAsync(world, step, hit);
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('between two starts', 'e-1')");
        await world.PrepareAsync(SyncWorld.Accounts());
        var progress = await world.LoadAsync("Account");

        progress.State.ShouldBe(MappingState.DataSynced);
        (await world.AskOneAsync("select count(*), count(distinct sfid), count(*) filter (where _hc_lastop = 'PENDING') "
            + "from salesforce.account")).ShouldBe("101|100|1");
        (await world.AskAsync("select * from tandem.load_page")).ShouldBeEmpty();
        await ShouldHaveLastingFormAsync(world);
        await world.PushAsync();
        world.Org.Find("Account", "Ext_Id__c", "e-1").ShouldHaveSingleItem();
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task The_table_has_no_key_and_no_trigger_before_inserts_until_its_rows_are_in()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 100);
        await world.PrepareAsync(SyncWorld.Accounts());

        (await IndexesAsync(world)).ShouldBeEmpty();
        (await TriggersAsync(world)).ShouldContain("hc_account_status_trigger BEFORE UPDATE ON");
        await world.PrepareAsync(SyncWorld.Accounts());
        (await TriggersAsync(world)).ShouldContain("hc_account_status_trigger BEFORE UPDATE ON");
        await world.LoadAsync("Account");

        await ShouldHaveLastingFormAsync(world);
    }

    [Fact]
    public async Task What_the_app_writes_while_pages_come_in_is_pending_and_pushed()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 500, sync: ShortPages with { ParallelPages = 1 });
        await world.PrepareAsync(SyncWorld.Accounts());
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/results", skip: 3);
        var loading = world.LoadAsync("Account");
        await hold.Reached;
        var deletable = world.Org.DeletableAccounts().Select(record => record.Id).ToHashSet();
        var loaded = await world.AskAsync("select sfid from salesforce.account order by id");
        var (changed, deleted) = (loaded[0], loaded.Skip(1).First(deletable.Contains));

        await world.RunAsync(
            "insert into salesforce.account (name, ext_id__c) values ('default', 'e-1'); "
            + "insert into salesforce.account (name, ext_id__c, _hc_lastop, _hc_err) values ('every column', 'e-2', null, null); "
            + $"update salesforce.account set phone = '42' where sfid = '{changed}'; "
            + $"delete from salesforce.account where sfid = '{deleted}'");
        (await world.AskAsync("select state, action from salesforce._trigger_log order by id"))
            .ShouldBe(["NEW|INSERT", "NEW|INSERT", "NEW|UPDATE", "NEW|DELETE"]);
        hold.Release();
        await loading;

        (await world.AskAsync("select name, _hc_lastop from salesforce.account where _hc_lastop <> 'SYNCED' and sfid is null order by id"))
            .ShouldBe(["default|PENDING", "every column|PENDING"]);
        (await world.AskOneAsync($"select phone, _hc_lastop from salesforce.account where sfid = '{changed}'")).ShouldBe("42|PENDING");
        await world.PushAsync();
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
        world.Org.Find("Account", "Ext_Id__c", "e-1").ShouldHaveSingleItem();
        world.Org.Find("Account", "Ext_Id__c", "e-2").ShouldHaveSingleItem();
        world.Org.Value("Account", changed, "Phone").ShouldBe("42");
        world.Org.Live("Account").ShouldNotContain(record => record.Id == deleted);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_app_row_with_the_external_id_of_a_record_becomes_that_record(bool crashes)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 500, sync: ShortPages with { ParallelPages = 1 });
        await world.PrepareAsync(SyncWorld.Accounts());
        var record = world.Org.Live("Account")[3];
        var external = (string)world.Org.Value("Account", record.Id, "Ext_Id__c").ShouldNotBeNull();
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/results", skip: 2);
        var loading = crashes ? CrashAsync(world, "load.table.adopted", 1) : world.LoadAsync("Account");
        await hold.Reached;
        await world.RunAsync(
            $"insert into salesforce.account (name, ext_id__c) values ('the app''s', '{external}'); "
            + $"update salesforce.account set phone = '77' where sfid = '{record.Id}'");
        var id = await world.AskOneAsync($"select id from salesforce.account where sfid is null and ext_id__c = '{external}'");
        hold.Release();
        await loading;
        if (crashes)
            await world.LoadAsync("Account");

        (await world.AskOneAsync($"select id, sfid, name, _hc_lastop from salesforce.account where ext_id__c = '{external}'"))
            .ShouldBe($"{id}|{record.Id}|the app's|PENDING");
        await ShouldHaveLastingFormAsync(world);
        await world.PushAsync();
        await world.PollAsync("Account");
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
        (world.Org.Value("Account", record.Id, "Name"), world.Org.Value("Account", record.Id, "Phone")).ShouldBe(("the app's", "77"));
        (await world.AskOneAsync($"select id from salesforce.account where sfid = '{record.Id}'")).ShouldBe(id);
        await world.ShouldBeEqualAsync("Account");
    }

    /// <summary>Once the index of sfid stands, such an insert is refused at once.</summary>
    [Fact]
    public async Task An_app_row_that_names_a_record_by_its_sfid_becomes_that_record()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 500, sync: ShortPages with { ParallelPages = 1 });
        await world.PrepareAsync(SyncWorld.Accounts());
        var record = world.Org.Live("Account")[3];
        var external = world.Org.Value("Account", record.Id, "Ext_Id__c");
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/results", skip: 2);
        var loading = world.LoadAsync("Account");
        await hold.Reached;
        await world.RunAsync(
            $"insert into salesforce.account (name, sfid, ext_id__c) values ('the app''s', '{record.Id}', '{external}'); "
            + $"update salesforce.account set phone = '77' where sfid = '{record.Id}'");
        var id = await world.AskOneAsync("select id from salesforce.account where name = 'the app''s'");
        hold.Release();
        await loading;

        (await world.AskOneAsync($"select id, name, phone, _hc_lastop from salesforce.account where sfid = '{record.Id}'"))
            .ShouldBe($"{id}|the app's|77|PENDING");
        await ShouldHaveLastingFormAsync(world);
        await world.PushAsync();
        await world.PollAsync("Account");
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
        (world.Org.Value("Account", record.Id, "Name"), world.Org.Value("Account", record.Id, "Phone")).ShouldBe(("the app's", "77"));
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task Pages_come_side_by_side_and_only_the_missing_one_is_read_again()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 500, sync: ShortPages);
        await world.PrepareAsync(SyncWorld.Accounts());
        using var stop = new CancellationTokenSource();
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/results");
        var loading = world.LoadAsync("Account", stop.Token);
        await hold.Reached;
        await SyncWorld.UntilAsync(
            async () => await world.AskOneAsync("select count(*) from tandem.load_page") is "4", "all pages but the held one are in");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => loading);
        (await world.ReadProgressAsync("Account")).RowsLoaded.ShouldBe(80);

        await world.ForgetAsync(SyncWorld.Accounts());
        (await world.LoadAsync("Account")).RowsLoaded.ShouldBe(100);

        world.Proxy.Requests.Count(request => request.Contains("/results?", StringComparison.Ordinal)).ShouldBe(6);
        world.Proxy.Requests.Count(request => request == "POST /services/data/v67.0/jobs/query").ShouldBe(1);
        await world.ShouldBeEqualAsync("Account");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Where_the_org_lists_no_pages_each_names_the_next(int parallel)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 500, sync: ShortPages with { ParallelPages = parallel });
        world.Server.Control.Faults.Add(new FaultRule { Path = "*/resultPages", Kind = FaultKind.RestError, Status = 404 });
        await world.PrepareAsync(SyncWorld.Accounts());

        await CrashAsync(world, "load.page.committed", 2);
        await world.PrepareAsync(SyncWorld.Accounts());
        (await world.LoadAsync("Account")).RowsLoaded.ShouldBe(100);

        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task Pages_listed_in_another_way_than_before_begin_the_load_anew()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 500, sync: ShortPages);
        await world.PrepareAsync(SyncWorld.Accounts());
        await CrashAsync(world, "load.page.committed", 2);
        world.Server.Control.Faults.Add(new FaultRule { Path = "*/resultPages", Kind = FaultKind.RestError, Status = 404 });

        var failure = await Should.ThrowAsync<SalesforceException>(() => world.LoadAsync("Account"));

        FaultPolicy.Judge(failure).Action.ShouldBe(FaultAction.Restart);
    }

    [Theory]
    [InlineData("\"Id\"\n", 0)]
    [InlineData("\"{0}\"\n", 1)]
    [InlineData("\"{0}\"\n\"001Td", 1)]
    public async Task A_page_with_fewer_rows_than_it_announces_is_read_again(string rows, int complete)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 100);
        var mapping = SyncWorld.ReadWrite("Account", null, "Name");
        await world.PrepareAsync(mapping);
        var header = "\"" + string.Join("\",\"", world.Find("Account").Mapped.Fields.Select(field => field.Description.Name)) + "\"\n";
        var row = string.Concat(Enumerable.Repeat("\"\",", world.Find("Account").Mapped.Fields.Count - 1));
        var body = complete == 0 ? header : header + row + rows.Replace("{0}", "001Td0000000099AAA", StringComparison.Ordinal);
        world.AnswerWithPage(body, announced: 20);

        var failure = await Should.ThrowAsync<SalesforceException>(() => world.LoadAsync("Account"));

        FaultPolicy.Judge(failure).Action.ShouldBe(FaultAction.Retry);
        failure.Message.ShouldContain($"broke off after {complete} rows, expected 20");
        (await world.AskAsync("select sfid from salesforce.account")).ShouldBeEmpty();
        await world.LoadAsync("Account");
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_person_sees_how_many_of_how_many_rows_are_in_and_how_long_it_takes_yet()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 500, sync: ShortPages with { ParallelPages = 1 });
        await world.PrepareAsync(SyncWorld.Accounts());
        var seen = new List<Progress>();

        await world.LoadAsync("Account", report: seen.Add);

        var last = seen.FindLast(progress => progress.RowsPerSecond is not null).ShouldNotBeNull();
        (last.RowsLoaded, last.RowsTotal, last.TimeLeft).ShouldBe((100, 100, TimeSpan.Zero));
        seen.ShouldContain(progress => progress.RowsLoaded == 40 && progress.RowsTotal == 100 && progress.TimeLeft > TimeSpan.Zero);
        seen[^1].RowsPerSecond.ShouldBeNull();
    }

    [Fact]
    public async Task Two_loads_share_one_slot_of_memory_and_both_end()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 300, sync: ShortPages with { LoadMemory = 1 });
        await world.PrepareAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        await using var shift = world.NewShift();
        await shift.PrepareAsync([SyncWorld.Accounts(), SyncWorld.Contacts()], SyncWorld.Token);
        await using var run = new BackgroundRun(shift.RunAsync);

        await SyncWorld.UntilAsync(
            async () =>
            {
                await run.ThrowIfEndedAsync();
                return await world.AskOneAsync("select count(*) from tandem.progress where cursor_stamp is not null") is "2";
            },
            "both tables are loaded");

        await world.ForgetAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        await world.ShouldBeEqualAsync("Account", "Contact");
    }

    /// <summary>Loads until the step was reached so often, and ends there as a crash would: nothing after it is done.</summary>
    internal static async Task CrashAsync(SyncWorld world, string step, int hit)
    {
        var hits = 0;
        using (Failpoints.Listen(reached =>
        {
            // Other pages under way die with the program too.
            if (hits >= hit || (reached == step && Interlocked.Increment(ref hits) == hit))
                throw new InvalidOperationException($"Crashed at {step}.");
        }))
        {
            await Should.ThrowAsync<InvalidOperationException>(() => world.LoadAsync("Account"));
        }
    }

    internal static async Task ShouldHaveLastingFormAsync(SyncWorld world)
    {
        (await IndexesAsync(world)).ShouldBe([
            "CREATE INDEX hc_idx_account_systemmodstamp ON salesforce.account USING btree (systemmodstamp)",
            "CREATE UNIQUE INDEX account_pkey ON salesforce.account USING btree (id)",
            "CREATE UNIQUE INDEX hcu_idx_account_ext_id__c ON salesforce.account USING btree (ext_id__c)",
            "CREATE UNIQUE INDEX hcu_idx_account_sfid ON salesforce.account USING btree (sfid)",
        ]);
        (await world.AskAsync(
            "select conname, contype from pg_constraint where conrelid = 'salesforce.account'::regclass")).ShouldBe(["account_pkey|p"]);
        (await world.AskAsync(
            "select a.attname, pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid "
            + "and a.attnum = d.adnum where d.adrelid = 'salesforce.account'::regclass"))
            .ShouldBe(["_hc_lastop|'PENDING'::character varying", "id|nextval('salesforce.account_id_seq'::regclass)"], ignoreOrder: true);
        (await TriggersAsync(world)).ShouldBe(
            "hc_account_logtrigger AFTER INSERT ON, hc_account_logtrigger_delete AFTER DELETE ON, "
            + "hc_account_logtrigger_start BEFORE DELETE ON, hc_account_logtrigger_update AFTER UPDATE ON, "
            + "hc_account_status_trigger BEFORE INSERT OR UPDATE ON, hc_account_truncate_trigger BEFORE TRUNCATE ON");
    }

    private static Task<IReadOnlyList<string>> IndexesAsync(SyncWorld world) =>
        world.AskAsync("select indexdef from pg_indexes where schemaname = 'salesforce' and tablename = 'account' order by 1");

    private static Task<string> TriggersAsync(SyncWorld world) => world.AskOneAsync(
        "select string_agg(substring(pg_get_triggerdef(oid) from 'TRIGGER (.* ON) '), ', ' order by tgname) from pg_trigger "
        + "where tgrelid = 'salesforce.account'::regclass");
}
