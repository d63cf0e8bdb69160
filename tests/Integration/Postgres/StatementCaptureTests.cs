using Npgsql;
using Shouldly;
using Tandem.Postgres.Tables;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>
/// How the statements of one transaction are told apart, what one row and many rows have in common, and the switch: contract, section
/// 5.3 "Functions and triggers", where one trigger captures everything.
/// </summary>
public sealed class StatementCaptureTests
{
    private const string Log =
        "select action, record_id, \"values\"::hstore -> 'name', old::hstore -> 'name' from salesforce._trigger_log order by id";

    [Fact]
    public async Task Each_of_many_statements_in_one_transaction_is_logged_in_its_turn()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);

        await account.RunAsync(
            """
            do $$ begin
              for i in 1 .. 3 loop
                insert into salesforce.account (name) values ('n' || i);
                insert into salesforce.account (name) values ('m' || i), ('o' || i);
                update salesforce.account set name = name || '!' where name = 'n' || i;
                update salesforce.account set name = name || '?' where name in ('m' || i, 'o' || i);
                delete from salesforce.account where name = 'n' || i || '!';
                delete from salesforce.account;
              end loop;
            end $$
            """);

        (await account.AskAsync(Log)).ShouldBe(Enumerable.Range(1, 3).SelectMany(i => new[]
        {
            $"INSERT|{(3 * i) - 2}|n{i}|-", $"INSERT|{(3 * i) - 1}|m{i}|-", $"INSERT|{3 * i}|o{i}|-",
            $"UPDATE|{(3 * i) - 2}|n{i}!|n{i}", $"UPDATE|{(3 * i) - 1}|m{i}?|m{i}", $"UPDATE|{3 * i}|o{i}?|o{i}",
            $"DELETE|{(3 * i) - 2}|-|n{i}!", $"DELETE|{(3 * i) - 1}|-|m{i}?", $"DELETE|{3 * i}|-|o{i}?",
        }));
    }

    [Theory]
    [InlineData("id = 1", "1")]
    [InlineData("id <= 2", "2")]
    public async Task The_text_of_values_is_the_same_whatever_the_session_has_set_and_the_session_keeps_it(string rows, string count)
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(
            database,
            Account.Definition with { Columns = [.. Account.Definition.Columns, new("size__c", new ColumnType(ColumnKind.Double))] });
        await account.RunAsync("insert into salesforce.account (name) values ('a'), ('b'); delete from salesforce._trigger_log");
        await using var connection = await database.DataSource.OpenConnectionAsync(Account.Token);
        await using var command = new NpgsqlCommand(
            "set datestyle = 'SQL, DMY'; set extra_float_digits = -3; set jit = on; set enable_mergejoin = on; "
            + "begin; set local datestyle = 'German, DMY'; "
            + $"update salesforce.account set systemmodstamp = '03.02.2024 04:05:06.7', size__c = 0.1::float8 + 0.2 where {rows}; "
            + "update salesforce.account set name = 'c' where id = 1; "
            + "select concat_ws(' | ', current_setting('datestyle'), current_setting('extra_float_digits'), current_setting('jit'), "
            + "current_setting('enable_mergejoin')) as settings into temporary inside; commit; "
            + "select settings || ' | ' || current_setting('datestyle') from inside",
            connection);

        (await command.ExecuteScalarAsync(Account.Token)).ShouldBe("German, DMY | -3 | on | on | SQL, DMY");
        (await account.AskAsync(
            "select distinct \"values\", count(*) over () from salesforce._trigger_log where \"values\" like '%stamp%'"))
            .ShouldBe([$"\"size__c\"=>\"0.30000000000000004\", \"systemmodstamp\"=>\"2024-02-03 04:05:06.7\"|{count}"]);
        (await account.AskAsync("select old::hstore -> 'systemmodstamp' from salesforce._trigger_log order by id desc limit 1"))
            .ShouldBe(["2024-02-03 04:05:06.7"]);
    }

    [Fact]
    public async Task One_row_and_many_rows_are_logged_alike_without_the_columns_that_users_add()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("alter table salesforce.account add column mine json, add column before text");
        const string Columns = "insert into salesforce.account (name, isdeleted, mine, before) values";
        const string Set = "update salesforce.account set name = 'x\"\\', phone = '1', ext__c = null, mine = '[2]', before = 'c'";

        await account.RunAsync($"{Columns} ('a', true, '[1]', 'b'); {Set} where id = 1; delete from salesforce.account where id = 1");
        await account.RunAsync($"{Columns} ('a', true, '[1]', 'b'), ('a', true, '[1]', 'b'); {Set}; delete from salesforce.account");

        (await account.AskAsync(
            "select action, count(*), count(distinct (state, old::hstore - 'id'::text, \"values\"::hstore - 'id'::text)), "
            + "count(distinct akeys(coalesce(old, \"values\")::hstore)), bool_or(exist(coalesce(\"values\", old)::hstore, 'mine')) "
            + "from salesforce._trigger_log group by 1 order by 1"))
            .ShouldBe(["DELETE|3|1|1|False", "INSERT|3|1|1|False", "UPDATE|3|1|1|False"]);
    }

    [Fact]
    public async Task A_row_that_two_foreign_keys_change_at_once_is_logged_once_for_each()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await Account.CreateAsync(database, Account.Definition with { Name = "other" });
        await account.RunAsync(
            "alter table salesforce.other add foreign key (phone) references salesforce.account (ext__c) on delete set null, "
            + "add foreign key (name) references salesforce.account (ext__c) on delete set null; "
            + "insert into salesforce.account (ext__c) values ('1'); insert into salesforce.other (phone, name) values ('1', '1'); "
            + "delete from salesforce._trigger_log");

        await account.RunAsync("delete from salesforce.account");

        (await account.AskAsync("select table_name, action, \"values\" from salesforce._trigger_log order by 1, 3"))
            .ShouldBe(["account|DELETE|-", "other|UPDATE|\"name\"=>NULL", "other|UPDATE|\"phone\"=>NULL"]);
    }

    [Fact]
    public async Task Who_disables_the_contracts_trigger_stops_all_capture_until_it_is_enabled()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        const string Changes =
            "insert into salesforce.account (name) values ('a'); update salesforce.account set name = 'b'; "
            + "insert into salesforce.account (name) values ('a'), ('b'); update salesforce.account set name = 'c'; "
            + "delete from salesforce.account where id = (select max(id) from salesforce.account); delete from salesforce.account";
        await account.RunAsync("alter table salesforce.account disable trigger hc_account_logtrigger");

        await account.RunAsync(Changes);
        await Account.CreateAsync(database);
        await account.RunAsync(Changes);

        (await account.AskAsync(Log)).ShouldBeEmpty();
        await account.RunAsync("alter table salesforce.account enable trigger hc_account_logtrigger");
        await account.RunAsync(Changes);
        (await account.AskAsync("select action, count(*) from salesforce._trigger_log group by 1 order by 1"))
            .ShouldBe(["DELETE|3", "INSERT|3", "UPDATE|4"]);
    }
}
