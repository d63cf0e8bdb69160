using System.Globalization;
using Shouldly;
using Tandem.Sync.Catalog;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>The push: heroku-connect.md, sections 5.3, 5.4, 6 and 7; architecture.md, promises 3, 4 and 7.</summary>
public sealed class PushTests
{
    private const string Log = "select state, action, sfid is not null, sf_message from salesforce._trigger_log order by id";
    private static readonly string SampleMetadata = RepositoryRoot.Combine("docs", "examples", "simulator-metadata.json");

    private const string Status = "select _hc_lastop, _hc_err is null, sfid is not null from salesforce.contact order by id";

    [Fact]
    public async Task An_insert_an_update_and_a_delete_reach_the_org_in_their_order()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await using var push = world.StartPush();

        await world.RunAsync("insert into salesforce.contact (lastname, email) values ('One', 'a@example.com'), ('Two', null)");
        await world.QuiesceAsync(push);
        (await world.AskAsync(Log)).ShouldBe(["SUCCESS|INSERT|True|-", "SUCCESS|INSERT|True|-"]);
        (await world.AskAsync(Status)).ShouldBe(["SYNCED|True|True", "SYNCED|True|True"]);
        var sfid = await world.AskOneAsync("select sfid from salesforce.contact where lastname = 'One'");

        await world.RunAsync("update salesforce.contact set email = null, firstname = 'Ada' where lastname = 'One'");
        await world.RunAsync("update salesforce.contact set firstname = 'Eve' where lastname = 'One'");
        await world.QuiesceAsync(push);
        world.Org.Value("Contact", sfid, "Email").ShouldBeNull();
        world.Org.Value("Contact", sfid, "Name").ShouldBe("Eve One");

        await world.RunAsync("delete from salesforce.contact where lastname = 'One'");
        await world.QuiesceAsync(push);
        world.Org.Live("Contact").Select(record => record.Id).ShouldNotContain(sfid);
        (await world.AskAsync("select distinct state from salesforce._trigger_log")).ShouldBe(["SUCCESS"]);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task An_insert_and_its_updates_that_are_claimed_together_all_arrive()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts(), SyncWorld.Accounts());
        await world.RunAsync(
            "insert into salesforce.contact (lastname) values ('Both'); update salesforce.contact set firstname = 'A'; "
            + "update salesforce.contact set firstname = 'B', email = 'b@example.com'; "
            + "insert into salesforce.account (name, ext_id__c) values ('a', 'e'); update salesforce.account set name = 'b'");

        await world.PushAsync();

        (await world.AskAsync("select state, action, sf_message from salesforce._trigger_log order by id")).ShouldBe(
            ["SUCCESS|INSERT|-", "SUCCESS|UPDATE|-", "SUCCESS|UPDATE|-", "SUCCESS|INSERT|-", "SUCCESS|UPDATE|-"]);
        world.Org.Live("Contact").ShouldHaveSingleItem();
        await world.ShouldBeEqualAsync("Contact", "Account");
    }

    [Fact]
    public async Task Sfid_status_log_and_what_the_org_made_of_the_values_come_in_one_transaction()
    {
        await using var world = await SyncWorld.StartAsync(
            metadataFile: SampleMetadata);
        await world.LoadAsync(SyncWorld.ReadWrite(
            "Widget__c", null, "Name", "Code__c", "Summary__c", "Weight__c", "Price__c", "Margin__c", "Net_Price__c", "Title__c",
            "Color__c", "CreatedDate"));
        await world.RunAsync(
            "create table public.settled (tx bigint, what text); "
            + "create function public.note() returns trigger language plpgsql as $$ begin insert into public.settled values "
            + "(txid_current(), tg_argv[0]); return null; end $$; "
            + "create trigger note after update on salesforce.widget__c for each row when (old.sfid is null and new.sfid is not null) "
            + "execute function public.note('sfid'); "
            + "create trigger note_values after update on salesforce.widget__c for each row when (new._hc_lastop = 'SYNCED') "
            + "execute function public.note('values'); "
            + "create trigger note after update on salesforce._trigger_log for each row when (new.state = 'SUCCESS') "
            + "execute function public.note('log')");
        await world.RunAsync("insert into salesforce.widget__c (code__c, summary__c, weight__c, price__c, margin__c) values ('  "
            + "trimmed ', '', 1.23456, 10, 50)");

        await world.PushAsync();

        (await world.AskOneAsync(
            "select code__c, summary__c, weight__c, net_price__c, title__c, color__c, createddate is not null, name like 'W-%', "
            + "systemmodstamp is not null, _hc_lastop, _hc_err from salesforce.widget__c where code__c = 'trimmed'"))
            .ShouldBe("trimmed|-|1.235|5|Red widget trimmed|Red|True|True|True|SYNCED|-");
        (await world.AskOneAsync(
            "select l.state, l.sfid = w.sfid from salesforce._trigger_log l join salesforce.widget__c w on w.id = l.record_id"))
            .ShouldBe("SUCCESS|True");
        (await world.AskOneAsync(
            "select count(distinct s.tx), string_agg(distinct s.what, ','), bool_and(l.processed_tx = s.tx) from public.settled s "
            + "cross join salesforce._trigger_log l")).ShouldBe("1|log,sfid,values|True");
    }

    [Fact]
    public async Task A_unique_identifier_finds_the_orgs_record_and_the_row_takes_its_sfid()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Accounts());
        var id = await world.Org.CreateAsync("Account", new { Name = "theirs", Phone = "7", Ext_Id__c = "same" });
        await world.RunAsync("insert into salesforce.account (name, ext_id__c) values ('ours', 'same')");

        await world.PushAsync();

        world.Org.Live("Account").ShouldHaveSingleItem();
        (await world.AskAsync("select sfid, name, phone from salesforce.account")).ShouldBe([$"{id}|ours|7"]);
        (await world.PollAsync("Account")).ShouldBe(0);
    }

    [Fact]
    public async Task A_rejected_row_fails_alone_among_200_and_goes_out_again_when_it_is_set_to_NEW()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync(
            "insert into salesforce.contact (lastname, email) select 'C' || n, case when n = 137 then 'no address' end from "
                + "generate_series(1, 200) n");

        await world.PushAsync();

        (await world.AskAsync("select state, count(*) from salesforce._trigger_log group by state order by "
            + "1")).ShouldBe(["FAILED|1", "SUCCESS|199"]);
        (await world.AskOneAsync("select record_id, sf_message like 'INVALID_EMAIL_ADDRESS: %' from salesforce._trigger_log "
            + "where state = 'FAILED'"))
            .ShouldBe("137|True");
        (await world.AskOneAsync(
            "select sfid, _hc_lastop, _hc_err::json ->> 'code' from salesforce.contact where lastname = "
                + "'C137'")).ShouldBe("-|FAILED|INVALID_EMAIL_ADDRESS");
        world.Org.Live("Contact").Count.ShouldBe(199);

        await world.RunAsync("update salesforce._trigger_log set state = 'NEW', \"values\" = (\"values\"::hstore || "
            + "'email=>a@example.com')::text "
            + "where state = 'FAILED'");
        await world.PushAsync();
        world.Org.Find("Contact", "LastName", "C137").ShouldHaveSingleItem();
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task What_is_inserted_and_deleted_before_it_is_sent_is_never_sent()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync(
            "insert into salesforce.contact (lastname) values ('brief'); update salesforce.contact set firstname = 'x'; delete "
                + "from salesforce.contact");

        await world.PushAsync();

        (await world.AskAsync(Log)).ShouldBe(["IGNORED|INSERT|False|-", "IGNORED|UPDATE|False|-", "IGNORED|DELETE|False|-"]);
        world.Proxy.Requests.ShouldNotContain(request => request.Contains("composite", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_deleted_while_its_insert_is_under_way_takes_the_orgs_record_along()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "POST", "/composite/sobjects");
        await using var push = world.StartPush();
        await world.RunAsync("insert into salesforce.contact (lastname) values ('brief')");
        await hold.Reached;
        await world.RunAsync("delete from salesforce.contact");
        world.Org.Live("Contact").ShouldHaveSingleItem();
        hold.Release();

        await SyncWorld.UntilAsync(() => world.Org.Live("Contact").Count == 0, "the org's record is gone too");
        await world.QuiesceAsync(push);

        (await world.AskAsync(Log)).ShouldBe(["SUCCESS|INSERT|True|-", "SUCCESS|DELETE|True|-"]);
    }

    [Fact]
    public async Task An_update_of_a_record_whose_insert_failed_fails_with_a_sentence()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync(
            "insert into salesforce.contact (firstname) values ('without last name'); update salesforce.contact set firstname = 'x'");

        await world.PushAsync();

        var log = await world.AskAsync("select state, action, sf_message from salesforce._trigger_log order by id");
        log[0].ShouldStartWith("FAILED|INSERT|REQUIRED_FIELD_MISSING: ");
        log[1].ShouldStartWith("FAILED|UPDATE|TANDEM_NEVER_INSERTED: The record was never inserted");
        (await world.AskAsync(Status)).ShouldBe(["FAILED|False|False"]);
    }

    [Fact]
    public async Task Changes_of_a_read_only_mapping_are_logged_and_never_sent()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 10);
        await world.LoadAsync(SyncWorld.Accounts() with { Access = MappingAccess.ReadOnly }, SyncWorld.Contacts());
        await world.RunAsync(
            "update salesforce.account set name = 'x' where id = 1; insert into salesforce.account (name) values ('y'); "
            + "delete from salesforce.account where id = 2; insert into salesforce.contact (lastname) values ('sent')");
        var names = world.Org.Live("Account").Select(record => record[record.Type.OrdinalOf("Name")]).ToList();

        await world.PushAsync();

        (await world.AskAsync("select state, action from salesforce._trigger_log order by id"))
            .ShouldBe(["READONLY|UPDATE", "READONLY|INSERT", "READONLY|DELETE", "SUCCESS|INSERT"]);
        world.Org.Live("Account").Select(record => record[record.Type.OrdinalOf("Name")]).ShouldBe(names, ignoreOrder: true);
        world.Org.Find("Contact", "LastName", "sent").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_user_who_changes_a_row_again_while_its_change_is_under_way_never_sees_the_old_value()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync("insert into salesforce.contact (lastname, firstname) values ('L', 'first')");
        await world.PushAsync();
        await world.RunAsync(
            "create table public.seen (firstname text, email text); create function public.see() returns trigger language plpgsql as "
            + "$$ begin insert into public.seen values (new.firstname, new.email); return null; end $$; "
            + "create trigger see after update on salesforce.contact for each row execute function public.see()");
        var sent = world.Proxy.Plan(FaultPlace.HoldAnswer, "PATCH", "/composite/sobjects");
        var again = world.Proxy.Plan(FaultPlace.HoldAnswer, "PATCH", "/composite/sobjects", skip: 0);
        await using var push = world.StartPush();
        await world.RunAsync("update salesforce.contact set firstname = 'second', email = 'second@example.com'");
        await sent.Reached;
        await world.RunAsync("update salesforce.contact set firstname = 'third'");
        sent.Release();
        await again.Reached;
        (await world.AskAsync("select firstname, email, _hc_lastop from "
            + "salesforce.contact")).ShouldBe(["third|second@example.com|PENDING"]);
        again.Release();
        await world.QuiesceAsync(push);
        await world.PollAsync("Contact");

        var seen = (await world.AskAsync("select firstname from public.seen")).SkipWhile(name => name != "third").ToList();
        seen.ShouldNotBeEmpty();
        seen.ShouldAllBe(name => name == "third");
        await world.ShouldBeEqualAsync("Contact");
    }

    [Fact]
    public async Task A_poll_that_read_before_a_push_does_not_bring_the_older_state_back()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync("insert into salesforce.contact (lastname, firstname) values ('stays', 'old'), ('goes', 'old')");
        await world.PushAsync();
        var hold = world.Proxy.Plan(FaultPlace.HoldAnswer, "GET", "/queryAll");
        var polling = world.PollAsync("Contact");
        await hold.Reached;
        await world.RunAsync("update salesforce.contact set firstname = 'new' where lastname = 'stays'; delete from "
            + "salesforce.contact where lastname = 'goes'");
        await world.PushAsync();
        hold.Release();

        (await polling).ShouldBe(0);
        (await world.AskAsync("select lastname, firstname from salesforce.contact")).ShouldBe(["stays|new"]);
    }

    [Fact]
    public async Task Our_own_writes_come_back_without_a_log_entry_and_without_a_write()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync("insert into salesforce.contact (lastname) select 'C' || n from generate_series(1, 5) n");
        await world.PushAsync();
        var before = await world.AskAsync("select id, xmin from salesforce.contact order by id");

        (await world.PollAsync("Contact")).ShouldBe(0);

        (await world.AskAsync("select id, xmin from salesforce.contact order by id")).ShouldBe(before);
        (await world.AskOneAsync("select count(*) from salesforce._trigger_log")).ShouldBe("5");
    }

    [Theory]
    [InlineData("sales")]
    [InlineData("Sales \"Force\" 2")]
    public async Task A_schema_of_any_name_works_in_everything(string schema)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20, schema);
        var quoted = $"\"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        await world.LoadAsync(SyncWorld.Accounts(), SyncWorld.Contacts());
        await using (var push = world.StartPush())
        {
            await world.RunAsync(
                $"insert into {quoted}.account (name, ext_id__c) values ('a', 'e'); insert into {quoted}.contact (lastname) values ('c'); "
                + $"update {quoted}.contact set firstname = 'f' where id = 1; delete from {quoted}.contact where id = 2");
            await world.QuiesceAsync(push);
            await world.RunAsync($"insert into {quoted}.contact (lastname) values ('notified')");
            await world.QuiesceAsync(push);
        }

        var id = world.Org.Live("Account")[0].Id;
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        await world.Org.UpdateAsync("Account", id, new { Phone = "5" });
        await world.RunAsync($"update {quoted}.account set industry = 'Banking' where sfid = '{id}'");
        (await world.PollAsync("Account")).ShouldBe(1);
        await world.PollAsync("Contact");
        world.Org.HardDelete(world.Org.Live("Contact")[0].Id);
        world.OrgTime.Advance(TimeSpan.FromMinutes(10));
        (await world.PollWithDeletesAsync("Contact")).ShouldBe(1);
        await world.PushAsync();
        await world.RunAsync(
            $"select {quoted}.hc_capture_update_from_row(public.hstore(a), 'account', array['name']) from {quoted}.account a "
                + $"where sfid = '{id}'");
        await world.PushAsync();

        await world.PollAsync("Contact");
        await world.ShouldBeEqualAsync("Account", "Contact");
        (await world.AskAsync($"select distinct state from {quoted}._trigger_log")).ShouldBe(["SUCCESS"]);
    }

    [Fact]
    public async Task Captured_values_arrive_right_whatever_the_session_has_set()
    {
        await using var world = await SyncWorld.StartAsync(metadataFile: SampleMetadata);
        await world.LoadAsync(SyncWorld.ReadWrite(
            "Widget__c", null, "Code__c", "Price__c", "Weight__c", "Built_On__c", "Tested_At__c", "Opens_At__c"));
        const string Session =
            "set datestyle = 'SQL, DMY'; set timezone = 'Asia/Tokyo'; set extra_float_digits = -10; set intervalstyle = 'sql_standard'; ";
        await world.RunAsync(
            Session + "insert into salesforce.widget__c (code__c, price__c, weight__c, built_on__c, tested_at__c, opens_at__c) "
            + "values ('settings', 12345678.91, 1234567.123, '03/02/2024', '03/02/2024 04:05:06', '07:08:09.25')");
        await world.PushAsync();

        var sfid = await world.AskOneAsync("select sfid from salesforce.widget__c where code__c = 'settings'");
        Values().ShouldBe((12345678.91m, 1234567.123m, new DateOnly(2024, 2, 3), "2024-02-03T04:05:06", new TimeOnly(7, 8, 9, 250)));

        await world.RunAsync(
            Session + "update salesforce.widget__c set price__c = 98765432.19, built_on__c = '05/04/1999', tested_at__c = "
                + "'05/04/1999 01:02:03' "
            + "where code__c = 'settings'");
        await world.PushAsync();
        Values().ShouldBe((98765432.19m, 1234567.123m, new DateOnly(1999, 4, 5), "1999-04-05T01:02:03", new TimeOnly(7, 8, 9, 250)));
        await world.ShouldBeEqualAsync("Widget__c");

        (object?, object?, object?, string?, object?) Values() => (
            Value("Price__c"), Value("Weight__c"), Value("Built_On__c"),
            (Value("Tested_At__c") as DateTime?)?.ToString("s", CultureInfo.InvariantCulture), Value("Opens_At__c"));

        object? Value(string field) => world.Org.Value("Widget__c", sfid, field);
    }

    [Theory]
    [InlineData("\"quoted\" and \\back\\slashed\\")]
    [InlineData("NULL")]
    [InlineData("a=>b, \"c\"=>NULL")]
    [InlineData("line\nbreak, \u00fc, \u4e2d and \U0001F600")]
    [InlineData("'; drop table salesforce.contact; --")]
    public async Task Captured_text_arrives_as_it_was_written(string text)
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await using (var command = world.Database.DataSource.CreateCommand(
            "insert into salesforce.contact (lastname, description) values ('text', $1)"))
        {
            command.Parameters.AddWithValue(text);
            await command.ExecuteNonQueryAsync(SyncWorld.Token);
        }

        await world.PushAsync();

        var record = world.Org.Live("Contact").ShouldHaveSingleItem();
        world.Org.Value("Contact", record.Id, "Description").ShouldBe(text);
        await world.ShouldBeEqualAsync("Contact");
    }

    [Theory]
    [InlineData("UPDATE", "no hstore", "values")]
    [InlineData("UPDATE", "\"open", "values")]
    [InlineData("MERGE", "name=>x", "action")]
    public async Task A_log_entry_that_cannot_be_read_fails_alone(string action, string values, string named)
    {
        await using var world = await SyncWorld.StartAsync(contacts: 10);
        await world.LoadAsync(SyncWorld.Accounts());
        var id = await world.AskOneAsync("select sfid from salesforce.account where id = 1");
        await world.RunAsync(
            "insert into salesforce._trigger_log (state, action, table_name, record_id, \"values\") "
            + $"values ('NEW', '{action}', 'account', 1, '{values}'); update salesforce.account set phone = '8' where id = 1");
        world.OrgTime.Advance(TimeSpan.FromMinutes(1));
        await world.Org.UpdateAsync("Account", id, new { Phone = "9", Industry = "Banking" });
        (await world.PollAsync("Account")).ShouldBe(1);
        (await world.AskAsync("select phone, industry from salesforce.account where id = 1")).ShouldBe(["8|Banking"]);

        await world.PushAsync();

        var log = await world.AskAsync("select state, sf_message from salesforce._trigger_log order by id");
        log[0].ShouldStartWith("FAILED|TANDEM_INVALID_ENTRY: The log entry's ");
        log[0].ShouldContain(named);
        log[1].ShouldBe("SUCCESS|-");
        world.Org.Value("Account", id, "Phone").ShouldBe("8");
    }

    [Fact]
    public async Task An_insert_captured_again_of_a_record_that_the_org_has_updates_it()
    {
        await using var world = await SyncWorld.StartAsync();
        await world.LoadAsync(SyncWorld.Contacts());
        await world.RunAsync("insert into salesforce.contact (lastname, email) values ('Again', 'a@example.com')");
        await world.PushAsync();
        var sfid = await world.AskOneAsync("select sfid from salesforce.contact");
        await world.Org.UpdateAsync("Contact", sfid, new { Email = "theirs@example.com" });

        await world.RunAsync(
            "select salesforce.hc_capture_insert_from_row(public.hstore(c), 'contact', array['name', 'createddate', "
                + "'isdeleted', 'systemmodstamp']) "
            + "from salesforce.contact c");
        await world.PushAsync();

        world.Org.Live("Contact").ShouldHaveSingleItem();
        world.Org.Value("Contact", sfid, "Email").ShouldBe("a@example.com");
    }
}
