using Shouldly;
using Tandem.Postgres.Tables;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>What the triggers write: contract, section 5.3 "Functions and triggers" and 5.5 "User triggers and sessions".</summary>
public sealed class CaptureTests
{
    private const string Log =
        "select state, action, table_name, record_id, sfid, old, \"values\", updated_at, txid = processed_tx, sf_result, sf_message "
        + "from salesforce._trigger_log order by id";

    [Fact]
    public async Task An_insert_is_captured_with_the_whole_row_and_without_sfid()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);

        await account.RunAsync(
            "insert into salesforce.account (name, isdeleted, systemmodstamp, sfid) values ('a \"b\"', true, '2024-02-03 "
            + "04:05:06.7', 'A')");

        (await account.AskAsync(Log)).ShouldBe([
            "NEW|INSERT|account|1|-|-|\"id\"=>\"1\", \"name\"=>\"a \\\"b\\\"\", \"sfid\"=>\"A\", \"phone\"=>NULL, \"ext__c\"=>NULL, "
            + "\"isdeleted\"=>\"t\", \"systemmodstamp\"=>\"2024-02-03 04:05:06.7\"|-|-|-|-",
        ]);
        (await account.AskAsync("select _hc_lastop, _hc_err from salesforce.account")).ShouldBe(["PENDING|-"]);
    }

    [Fact]
    public async Task The_values_are_those_that_hstore_gives_for_the_whole_row()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name, isdeleted) values ('x', false), (null, null)");

        (await account.AskAsync(
            "select l.\"values\" = (hstore(a) - array['_hc_lastop', '_hc_err'])::text from salesforce._trigger_log l "
            + "join salesforce.account a on a.id = l.record_id")).ShouldBe(["True", "True"]);
    }

    [Fact]
    public async Task An_update_is_captured_with_the_old_row_and_the_changed_columns()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, null, 0));

        await account.RunAsync("update salesforce.account set name = 'b', phone = '1'; update salesforce.account set name = 'b'");

        (await account.AskAsync(Log)).ShouldBe([
            "NEW|UPDATE|account|1|A|\"id\"=>\"1\", \"name\"=>\"a\", \"sfid\"=>\"A\", \"phone\"=>NULL, \"ext__c\"=>NULL, "
            + "\"isdeleted\"=>NULL, "
            + "\"systemmodstamp\"=>\"2000-01-01 00:00:00\"|\"name\"=>\"b\", \"phone\"=>\"1\"|-|-|-|-",
            "IGNORE|UPDATE|account|1|A|\"id\"=>\"1\", \"name\"=>\"b\", \"sfid\"=>\"A\", \"phone\"=>\"1\", \"ext__c\"=>NULL, "
            + "\"isdeleted\"=>NULL, "
            + "\"systemmodstamp\"=>\"2000-01-01 00:00:00\"||-|-|-|-",
        ]);
    }

    [Fact]
    public async Task A_delete_is_captured_with_the_old_row_and_ignored_when_Salesforce_never_knew_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, null, 0));
        await account.RunAsOwnAsync("insert into salesforce.account (name) values ('b')");

        await account.RunAsync("delete from salesforce.account where id = 1; delete from salesforce.account where id = 2");

        (await account.AskAsync(
                "select state, action, record_id, sfid, \"values\", old::hstore -> 'name' from salesforce._trigger_log order by id"))
            .ShouldBe(["NEW|DELETE|1|A|-|a", "IGNORE|DELETE|2|-|-|b"]);
    }

    [Fact]
    public async Task A_read_only_table_logs_everything_as_READONLY()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database, Account.Definition with { Capture = CaptureMode.ReadOnly });

        await account.RunAsync(
            "insert into salesforce.account (name) values ('a'); update salesforce.account set name = 'a'; delete from salesforce.account");

        (await account.AskAsync("select state, action from salesforce._trigger_log order by id"))
            .ShouldBe(["READONLY|INSERT", "READONLY|UPDATE", "READONLY|DELETE"]);
    }

    [Fact]
    public async Task A_rolled_back_savepoint_takes_its_log_entries_along()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);

        await account.RunAsync(
            "begin; insert into salesforce.account (name) values ('a'); savepoint s; insert into salesforce.account (name) values ('b'); "
            + "rollback to s; insert into salesforce.account (name) values ('c'); commit");

        (await account.AskAsync("select \"values\"::hstore -> 'name' from salesforce._trigger_log order by id")).ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task Columns_that_users_add_are_not_captured()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("alter table salesforce.account add column mine text");

        await account.RunAsync("insert into salesforce.account (name, mine) values ('a', 'm'); update salesforce.account set mine = 'n'");

        (await account.AskAsync("select state, exist(\"values\"::hstore, 'mine') from salesforce._trigger_log order by id"))
            .ShouldBe(["NEW|False", "IGNORE|False"]);
    }

    [Fact]
    public async Task Our_own_session_is_not_captured_and_can_ask_to_be()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);

        await account.RunAsOwnAsync(
            "insert into salesforce.account (name) values ('own'); set local xmlbinary = 'base64'; "
            + "insert into salesforce.account (name) values ('asked'); set local xmlbinary = 'hex'; insert into salesforce.account "
            + "(name) values ('own')");

        (await account.AskAsync("select \"values\"::hstore -> 'name' from salesforce._trigger_log")).ShouldBe(["asked"]);
        (await account.AskAsync("select _hc_lastop from salesforce.account order by id")).ShouldBe(["SYNCED", "PENDING", "SYNCED"]);
        (await account.AskAsync("select get_xmlbinary()")).ShouldBe(["base64"]);
    }

    [Theory]
    [InlineData("_hc_lastop = 'FAILED', _hc_err = 'e'", "FAILED|e")]
    [InlineData("name = 'x'", "SYNCED|-")]
    [InlineData("_hc_lastop = 'PENDING', _hc_err = 'e'", "SYNCED|-")]
    [InlineData("_hc_lastop = null", "SYNCED|-")]
    [InlineData("_hc_lastop = 'SYNCED', _hc_err = null", "SYNCED|-")]
    public async Task Our_own_update_keeps_a_status_that_differs_and_is_SYNCED_otherwise(string set, string expected)
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) values ('a')");

        await account.RunAsOwnAsync($"update salesforce.account set {set}");

        (await account.AskAsync("select _hc_lastop, _hc_err from salesforce.account")).ShouldBe([expected]);
    }

    [Fact]
    public async Task The_capture_functions_log_rows_by_request()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", "1", null, 0));

        var ids = await account.AskAsync(
            "select salesforce.hc_capture_insert_from_row(hstore(a), 'account', array['phone', 'id', 'sfid', 'isdeleted', "
            + "'systemmodstamp', 'ext__c']), "
            + "salesforce.hc_capture_update_from_row(hstore(a), 'account', array['name', '_hc_err']), "
            + "salesforce.hc_capture_update_from_row(hstore(a), 'account'), "
            + "salesforce.hc_capture_insert_from_row('x=>1', 'account'), salesforce.hc_capture_update_from_row('x=>1', 'account') "
            + "from salesforce.account a");

        ids.ShouldBe(["1|2|3|-|-"]);
        (await account.AskAsync(
                "select state, action, record_id, sfid, old, \"values\" from salesforce._trigger_log where id < 3 order by id")).ShouldBe([
            "NEW|INSERT|1|-|-|\"id\"=>\"1\", \"name\"=>\"a\", \"sfid\"=>\"A\"",
            "NEW|UPDATE|1|A|-|\"name\"=>\"a\"",
        ]);
        (await account.AskAsync("select array_length(akeys(\"values\"::hstore), 1) from salesforce._trigger_log where id = 3"))
            .ShouldBe(["7"]);
    }
}
