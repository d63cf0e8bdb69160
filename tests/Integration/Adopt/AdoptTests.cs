using Shouldly;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Testing;
using Tandem.Testing.Heroku;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Adopt;

/// <summary>A schema of Heroku Connect is taken over in place: heroku-connect.md, sections 3 to 6 and 19, point 3.</summary>
public sealed class AdoptTests
{
    private const string Objects =
        """
        alter table salesforce.account add column note text;
        create index mine on salesforce.account (note);
        create view salesforce.rich as select id, sfid, name from salesforce.account where annualrevenue > 1000;
        create table salesforce.visit (id serial primary key, contact_id integer references salesforce.contact (id));
        create function public.shout() returns trigger language plpgsql as
          $$ begin new.description := upper(new.description); return new; end $$;
        create trigger shout before update on salesforce.contact for each row when (public.get_xmlbinary() = 'base64')
          execute function public.shout();
        insert into salesforce.visit (contact_id) select id from salesforce.contact order by id limit 3;
        """;

    [Fact]
    public async Task A_dry_run_tells_all_and_changes_nothing()
    {
        await using var world = await AdoptWorld.StartAsync();
        await world.RunAsync(Objects);
        await world.RunAsync("update salesforce.account set phone = 'x' where id = 1001");
        var (catalogue, rows) = (await world.ReadCatalogueAsync(), await world.ReadRowsAsync("account", "contact", "widget__c"));

        var outcome = await world.AdoptAsync(isDryRun: true, isConfirmed: false);

        outcome.Problems.ShouldBeEmpty();
        outcome.Plan.Tables.Select(table => $"{table.ObjectName} {table.Action}")
            .ShouldBe(["Account Adopt", "Contact Adopt", "Widget__c Adopt"]);
        var account = outcome.Plan.Tables[0];
        account.Kept.ShouldBe(["column note", "index mine", "view salesforce.rich"]);
        account.Queued.ShouldBe(1);
        account.Replaced.ShouldBe([
            "function hc_account_logger", "function hc_account_status", "trigger hc_account_logtrigger",
            "trigger hc_account_status_trigger",
        ]);
        account.Added.ShouldContain("trigger hc_account_logtrigger_update");
        outcome.Plan.Tables[1].Kept.ShouldBe(["trigger shout", "foreign key visit_contact_id_fkey"]);
        outcome.Plan.LeftAlone.ShouldBe(["rich: yours, not touched.", "visit: yours, not touched."]);
        (await world.ReadCatalogueAsync()).ShouldBe(catalogue);
        (await world.ReadRowsAsync("account", "contact", "widget__c")).ShouldBe(rows);
    }

    [Fact]
    public async Task Nothing_is_loaded_and_no_row_is_written_and_what_users_made_stays()
    {
        await using var world = await AdoptWorld.StartAsync();
        await world.RunAsync(Objects);
        var rows = await world.ReadRowsAsync("account", "contact", "widget__c");
        var log = await world.AskAsync("select l.*, l.xmin::text from salesforce._trigger_log l order by id");

        var outcome = await world.AdoptAsync();

        outcome.Problems.ShouldBeEmpty();
        outcome.WasApplied.ShouldBeTrue();
        outcome.LookProblem.ShouldBeNull();
        outcome.Reports.Select(report => $"{report.ObjectName} {report.Differences}")
            .ShouldBe(["Account 0", "Contact 0", "Widget__c 0"], ignoreOrder: true);
        (await world.ReadRowsAsync("account", "contact", "widget__c")).ShouldBe(rows);
        (await world.AskAsync("select l.*, l.xmin::text from salesforce._trigger_log l order by id")).ShouldBe(log);
        world.Server.Control.Calls.Entries.ShouldNotContain(call => call.Path.Contains("/jobs/query", StringComparison.Ordinal));
        (await world.AskAsync("select count(*) from salesforce.rich union all select count(*) from salesforce.visit")).Count.ShouldBe(2);
        (await world.AskAsync("select tgname::text from pg_trigger where tgname = 'shout'")).ShouldBe(["shout"]);
        (await world.AskOneAsync("select count(*) from tandem.progress where state = 'DATA_SYNCED' and cursor_stamp is not null"))
            .ShouldBe("3");
        (await world.AskAsync("select object_name, access, upsert_field from tandem.mapping order by 1")).ShouldBe(
            ["Account|read_write|Ext_Id__c", "Contact|read_write|-", "Widget__c|read_only|-"]);
        (await world.AskOneAsync("select fields @> '{Name,Phone,Ext_Id__c,CreatedDate}' and not fields @> '{note}', indexed_fields, "
            + "array_length(unique_fields, 1) from tandem.mapping where object_name = 'Account'")).ShouldStartWith("True|");

        var catalogue = await world.ReadCatalogueAsync();
        var again = await world.AdoptAsync(isConfirmed: false);
        again.Plan.IsDone.ShouldBeTrue();
        again.Problems.ShouldBeEmpty();
        again.WasApplied.ShouldBeFalse();
        (await world.ReadCatalogueAsync()).ShouldBe(catalogue);
    }

    [Fact]
    public async Task Reading_goes_on_a_day_and_an_hour_before_the_newest_row_and_never_from_the_future()
    {
        await using var world = await AdoptWorld.StartAsync();
        await world.RunAsTheirsAsync("update salesforce.contact set systemmodstamp = now() at time zone 'UTC' + interval '3 days' "
            + "where id = 1001");
        var newest = DateTime.Parse(
            await world.AskOneAsync("select to_char(max(systemmodstamp), 'YYYY-MM-DD HH24:MI:SS.US') from salesforce.account"),
            System.Globalization.CultureInfo.InvariantCulture);

        var plan = (await world.AdoptAsync(isDryRun: true)).Plan;

        plan.Tables[0].Cursor.ShouldBe(newest - TimeSpan.FromHours(25));
        plan.Tables[1].Cursor.ShouldNotBeNull().ShouldBeLessThan(
            TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromHours(24));
    }

    /// <summary>Entries in every state (section 6.1), and what Heroku Connect had claimed and may have sent as its own user.</summary>
    [Fact]
    public async Task Open_entries_go_on_in_their_order_and_what_was_perhaps_sent_is_not_doubled()
    {
        await using var world = await AdoptWorld.StartAsync();
        await world.RunAsync(
            """
            insert into salesforce.contact (lastname, email)
              values ('Sent', 's@example.com'), ('Unsent', null), ('Told', null), ('Wrong', 'no');
            insert into salesforce.account (name, ext_id__c) values ('Upserted', 'e-1');
            update salesforce.account set description = 'first' where id = 1001;
            """);
        await world.RunAsync("update salesforce.account set description = 'second' where id = 1001");
        await world.RunAsync("update salesforce.account set name = name where id = 1004; update salesforce.widget__c set color__c = 'Red'");
        var sent = await world.Org.CreateAsync("Contact", new { LastName = "Sent", Email = "s@example.com" });
        var told = await world.Org.CreateAsync("Contact", new { LastName = "Told" });
        await world.Org.CreateAsync("Account", new { Name = "Upserted", Ext_Id__c = "e-1" });
        await world.RunAsTheirsAsync(
            $"""
            update salesforce._trigger_log set state = 'PENDING' where action = 'INSERT';
            update salesforce._trigger_log l set state = 'SUCCESS', processed_at = now() - interval '1 hour' from salesforce.contact c
              where c.id = l.record_id and c.lastname = 'Told' and l.table_name = 'contact';
            update salesforce.contact set sfid = '{told}', _hc_lastop = 'INSERTED' where lastname = 'Told';
            update salesforce._trigger_log l set state = 'FAILED', sf_message = 'no', processed_at = now() - interval '1 hour'
              from salesforce.contact c where c.id = l.record_id and c.lastname = 'Wrong' and l.table_name = 'contact';
            update salesforce.contact set _hc_lastop = 'FAILED', _hc_err = '{"{}"}' where lastname = 'Wrong';
            insert into salesforce._trigger_log_archive (id, state, action, table_name, record_id)
              values (4000, 'MERGED', 'UPDATE', 'account', 1001), (4001, 'FAILED', 'UPDATE', 'account', 1001),
              (4002, 'REQUEUED', 'UPDATE', 'account', 1001), (4003, 'IGNORED', 'UPDATE', 'account', 1001)
            """);

        (await world.AdoptAsync()).Problems.ShouldBeEmpty();
        await using (var host = await world.ServeAsync())
        {
            await using var run = new BackgroundRun(host.RunAsync);
            await QuiesceAsync(world, run);
            world.Org.Find("Contact", "LastName", "Sent").ShouldHaveSingleItem().Id.ShouldBe(sent);
            world.Org.Find("Contact", "LastName", "Unsent").ShouldHaveSingleItem();
            world.Org.Find("Contact", "LastName", "Told").ShouldHaveSingleItem();
            world.Org.Find("Account", "Name", "Upserted").ShouldHaveSingleItem();
            world.Org.Find("Contact", "LastName", "Wrong").ShouldBeEmpty();
            var sfid = await world.AskOneAsync("select sfid from salesforce.account where id = 1001");
            world.Org.Value("Account", sfid, "Description").ShouldBe("second");
        }

        (await world.AskAsync("select lastname, sfid is not null, _hc_lastop from salesforce.contact "
            + "where lastname in ('Sent', 'Unsent', 'Told', 'Wrong') order by id")).ShouldBe(
            ["Sent|True|SYNCED", "Unsent|True|SYNCED", "Told|True|SYNCED", "Wrong|False|FAILED"]);
        (await world.AskAsync("select state, count(*) from salesforce._trigger_log group by 1 order by 1")).ShouldBe(
            ["FAILED|1", "IGNORED|1", "READONLY|500", "SUCCESS|6"]);
        (await world.AskAsync("select id, state from salesforce._trigger_log_archive order by 1")).ShouldBe(
            ["4000|MERGED", "4001|FAILED", "4002|REQUEUED", "4003|IGNORED"]);
    }

    [Fact]
    public async Task Two_inserts_alike_of_which_one_was_told_and_one_perhaps_sent_stay_two()
    {
        await using var world = await AdoptWorld.StartAsync();
        await world.RunAsync("insert into salesforce.contact (lastname) values ('Twin'), ('Twin')");
        var first = await world.Org.CreateAsync("Contact", new { LastName = "Twin" });
        await world.RunAsTheirsAsync(
            "update salesforce._trigger_log set state = 'PENDING'; "
            + "update salesforce._trigger_log set state = 'SUCCESS' where id = (select min(id) from salesforce._trigger_log); "
            + $"update salesforce.contact set sfid = '{first}' where id = (select min(record_id) from salesforce._trigger_log)");

        (await world.AdoptAsync()).Problems.ShouldBeEmpty();
        await using var host = await world.ServeAsync();
        await using var run = new BackgroundRun(host.RunAsync);
        await QuiesceAsync(world, run);

        world.Org.Find("Contact", "LastName", "Twin").Count.ShouldBe(2);
        (await world.AskAsync("select count(*), count(distinct sfid) from salesforce.contact where lastname = 'Twin'")).ShouldBe(["2|2"]);
    }

    [Fact]
    public async Task What_changed_on_both_sides_since_the_pause_is_brought_over()
    {
        await using var world = await AdoptWorld.StartAsync();
        var ids = await world.AskAsync("select sfid from salesforce.contact order by id limit 4");
        await world.Org.UpdateAsync("Contact", ids[0], new { Description = "theirs" });
        var added = await world.Org.CreateAsync("Contact", new { LastName = "Meanwhile" });
        world.Org.Delete(ids[1]);
        world.Org.HardDelete(ids[2]);
        var before = await world.AskOneAsync($"select id from salesforce.contact where sfid = '{ids[0]}'");

        var outcome = await world.AdoptAsync();

        outcome.Problems.ShouldBeEmpty();
        outcome.LookProblem.ShouldBeNull();
        (await world.AskOneAsync($"select id, description from salesforce.contact where sfid = '{ids[0]}'")).ShouldBe($"{before}|theirs");
        (await world.AskOneAsync($"select lastname from salesforce.contact where sfid = '{added}'")).ShouldBe("Meanwhile");
        await using var host = await world.ServeAsync();
        await using var run = new BackgroundRun(host.RunAsync);
        await world.RunAsync($"update salesforce.contact set description = 'ours' where sfid = '{ids[3]}'");
        await QuiesceAsync(world, run);
        await EqualAsync(host);
        world.Org.Value("Contact", ids[3], "Description").ShouldBe("OURS".ToLowerInvariant());
        world.Server.Control.Calls.Entries.ShouldNotContain(call => call.Path.Contains("/jobs/query", StringComparison.Ordinal));
    }

    /// <summary>Found by the comparison of all ids, which no delete log tells: the record went long before the pause.</summary>
    [Fact]
    public async Task What_Heroku_Connect_had_missed_is_shown_and_put_right_by_the_server()
    {
        await using var world = await AdoptWorld.StartAsync();
        await world.RunAsTheirsAsync(
            "delete from salesforce.widget__c where id = 1001; "
            + "insert into salesforce.widget__c (sfid, name, systemmodstamp) values ('a00000000000001AAA', 'gone', '2020-01-01')");

        var outcome = await world.AdoptAsync();

        outcome.LookProblem.ShouldBeNull();
        var report = outcome.Reports.Single(report => report.ObjectName == "Widget__c");
        (report.Missing + report.Surplus).ShouldBeGreaterThan(0);
        await using var host = await world.ServeAsync();
        await using var run = new BackgroundRun(host.RunAsync);
        await EqualAsync(host);
    }

    [Fact]
    public async Task An_older_layout_gets_what_it_lacks_and_logs_each_change_once()
    {
        await using var world = await AdoptWorld.StartAsync(HerokuLayout.Old, HerokuTable.Account, HerokuTable.Contact);
        await world.RunAsync("update salesforce.account set phone = '1' where id = 1001");
        var rows = await world.ReadRowsAsync("account", "contact");

        var outcome = await world.AdoptAsync(verify: null);

        outcome.Problems.ShouldBeEmpty();
        outcome.Plan.Tables[0].Replaced.ShouldContain("trigger hc_account_trigger, which has an older name");
        outcome.Plan.Tables[0].Added.ShouldContain("column _hc_lastop");
        outcome.Plan.Added.ShouldContain("column _trigger_log.sf_result");
        outcome.Plan.Added.ShouldContain("table _trigger_log_archive");
        outcome.Plan.LeftAlone.ShouldBeEmpty();
        (await world.ReadRowsAsync("account", "contact")).ShouldBe(rows);
        (await world.AskAsync("select indexname::text from pg_indexes where tablename = 'account' and indexdef like '%(sfid)'"))
            .ShouldBe(["account_sfid_idx"]);
        await world.RunAsync("update salesforce.account set phone = '2' where id = 1004");
        (await world.AskAsync("select record_id, state, count(*) from salesforce._trigger_log group by 1, 2 order by 1"))
            .ShouldBe(["1001|NEW|1", "1004|NEW|1"]);
        await using var host = await world.ServeAsync();
        await using var run = new BackgroundRun(host.RunAsync);
        await QuiesceAsync(world, run);
        world.Org.Find("Account", "Phone", "1").ShouldHaveSingleItem();
        world.Org.Find("Account", "Phone", "2").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(HerokuLayout.Present)]
    [InlineData(HerokuLayout.Old)]
    public async Task The_way_back_is_a_script_that_is_kept(HerokuLayout layout)
    {
        const string Theirs =
            "select t.tgrelid::regclass::text, pg_get_triggerdef(t.oid), pg_get_functiondef(t.tgfoid) from pg_trigger t "
            + "join pg_class c on c.oid = t.tgrelid where not t.tgisinternal and c.relnamespace = 'salesforce'::regnamespace order by 1, 2";
        await using var world = await AdoptWorld.StartAsync(layout, HerokuTable.Account, HerokuTable.Contact);
        await world.RunAsync(Objects);
        var before = await world.AskAsync(Theirs);
        (await world.AdoptAsync()).WasApplied.ShouldBeTrue();
        (await world.AskAsync(Theirs)).ShouldNotBe(before);

        await world.RunAsync(await world.AskOneAsync("select former from tandem.adoption where schema_name = 'salesforce'"));

        (await world.AskAsync(Theirs)).ShouldBe(before);
        await world.RunAsync("update salesforce.account set phone = 'back' where id = 1001");
        (await world.AskAsync("select state, count(*) from salesforce._trigger_log group by 1")).ShouldBe(["NEW|1"]);
    }

    /// <summary>PostgreSQL cut the names of such a table's triggers at 63 bytes, where ours end with a hash.</summary>
    [Fact]
    public async Task Triggers_whose_names_were_cut_are_replaced_too()
    {
        using var folder = new TemporaryFolder();
        var metadata = folder.Combine("metadata.json");
        var name = "Acme_Widgets__Exceedingly_Long_Name_Of_A_Thing__c";
        await File.WriteAllTextAsync(
            metadata,
            $$"""
            {"objects": [{"name": "{{name}}", "label": "Thing", "rows": 3,
              "fields": [{"name": "Name", "type": "string", "length": 80, "nameField": true}]}]}
            """,
            AdoptWorld.Token);
        var table = new HerokuTable { ObjectName = name, Columns = [("Name", "varchar(80)")] };
        await using var world = await AdoptWorld.StartAsync(HerokuLayout.Present, metadata, table);

        var outcome = await world.AdoptAsync();

        outcome.Problems.ShouldBeEmpty();
        await world.RunAsync($"update salesforce.{table.Name} set name = 'once'");
        (await world.AskAsync("select action, state, count(*) from salesforce._trigger_log group by 1, 2")).ShouldBe(["UPDATE|NEW|3"]);
        (await world.AskAsync($"select _hc_lastop, count(*) from salesforce.{table.Name} group by 1")).ShouldBe(["PENDING|3"]);
    }

    [Fact]
    public async Task A_mapping_file_says_what_is_mapped_and_the_other_tables_stay()
    {
        await using var world = await AdoptWorld.StartAsync();

        var outcome = await world.AdoptAsync(mappings:
        [
            new Mapping
            {
                ObjectName = "Account", Access = MappingAccess.ReadWrite, UpsertField = "Ext_Id__c",
                Fields = ["Name", "Website"], PollInterval = TimeSpan.FromMinutes(2),
            },
            new Mapping { ObjectName = "Lead", Access = MappingAccess.ReadOnly, Fields = ["LastName"] },
        ]);

        outcome.Problems.ShouldBeEmpty();
        outcome.Plan.Tables.Select(table => $"{table.ObjectName} {table.Action}").ShouldBe(["Account Adopt", "Lead Load"]);
        outcome.Plan.Tables[0].Added.ShouldContain("column website, filled from the org later");
        outcome.Plan.LeftAlone.ShouldContain(
            "contact: not in the mapping file. It stays as Heroku Connect left it: changes are logged and not sent.");
        (await world.AskAsync("select kind, columns from tandem.refresh")).Count.ShouldBe(1);
        await using (var host = await world.ServeAsync())
        {
            await using var run = new BackgroundRun(host.RunAsync);
            await AdoptWorld.UntilAsync(
                async () => await world.AskOneAsync("select count(*) from tandem.refresh") is "0"
                    && (await host.CompareAsync(AdoptWorld.Token)).All(result => result.Examples.Count == 0),
                "the new column is filled and the new table loaded");
        }

        // The rest may follow later.
        var rest = await world.AdoptAsync();
        rest.Problems.ShouldBeEmpty();
        rest.Plan.Tables.Select(table => $"{table.ObjectName} {table.Action}")
            .ShouldBe(["Account Done", "Contact Adopt", "Lead Done", "Widget__c Adopt"]);
    }

    [Theory]
    [InlineData("adopt.log", false)]
    [InlineData("adopt.table", false)]
    [InlineData("adopt.written", false)]
    [InlineData("adopt.committed", true)]
    public async Task A_crash_leaves_the_schema_theirs_or_ours(string failpoint, bool isOurs)
    {
        await using var world = await AdoptWorld.StartAsync();
        await new CatalogDatabase(world.Database.DataSource).MigrateAsync(AdoptWorld.Token);
        var catalogue = await world.ReadCatalogueAsync();

        using (Failpoints.Listen(name =>
        {
            if (name == failpoint)
                throw new IOException($"A crash at {name}.");
        }))
        {
            await Should.ThrowAsync<IOException>(() => world.AdoptAsync());
        }

        if (!isOurs)
            (await world.ReadCatalogueAsync()).ShouldBe(catalogue);
        (await world.AskOneAsync("select count(*) from tandem.progress")).ShouldBe(isOurs ? "3" : "0");
        var again = await world.AdoptAsync();
        again.Problems.ShouldBeEmpty();
        again.WasApplied.ShouldBe(!isOurs);
        again.Plan.IsDone.ShouldBe(isOurs);
    }

    private static async Task EqualAsync(SyncHost host)
    {
        var examples = "";
        try
        {
            await AdoptWorld.UntilAsync(
                async () => (examples = string.Join('\n', (await host.CompareAsync(AdoptWorld.Token)).SelectMany(each => each.Examples)))
                    .Length == 0,
                "both sides are equal");
        }
        catch (TimeoutException)
        {
            examples.ShouldBeEmpty();
        }
    }

    private static Task QuiesceAsync(AdoptWorld world, BackgroundRun run) => AdoptWorld.UntilAsync(
        async () =>
        {
            await run.ThrowIfEndedAsync();
            return await world.AskOneAsync(
                "select count(*) from salesforce._trigger_log where state in ('NEW', 'PENDING', 'IGNORE')") is "0";
        },
        "nothing is queued");
}
