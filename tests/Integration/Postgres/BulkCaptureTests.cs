using Npgsql;
using Shouldly;
using Tandem.Postgres.Tables;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>
/// What an app can do to many rows, or in more than one way at once: contract, section 5.3 "Functions and triggers", 5.5 "User triggers
/// and sessions" and 6.2 "Rules".
/// </summary>
public sealed class BulkCaptureTests
{
    private const string Entries =
        "select state, action, record_id, sfid, \"values\"::hstore -> 'name', old::hstore -> 'name' from salesforce._trigger_log "
        + "order by id";

    [Fact]
    public async Task Each_row_of_a_large_statement_is_logged_with_its_own_old_and_new_values()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) values ('first'); update salesforce.account set name = 'second'");
        await account.RunAsync("truncate salesforce._trigger_log");

        await account.RunAsync("insert into salesforce.account (name) select 'n' || i from generate_series(2, 20000) i");
        await account.RunAsync("update salesforce.account set phone = id, name = name || 'x'");
        await account.RunAsync("delete from salesforce.account where id > 10000");

        (await account.AskAsync(
            "select action, state, count(*), count(distinct record_id) from salesforce._trigger_log group by action, state order by 1"))
            .ShouldBe(["DELETE|IGNORE|10000|10000", "INSERT|NEW|19999|19999", "UPDATE|NEW|20000|20000"]);
        (await account.AskAsync(
            "select count(*) from salesforce._trigger_log where action = 'UPDATE' and record_id > 1 "
            + "and \"values\" = format('\"name\"=>\"n%1$sx\", \"phone\"=>\"%1$s\"', record_id) "
            + "and old::hstore -> 'name' = 'n' || record_id and old::hstore -> 'id' = record_id::text")).ShouldBe(["19999"]);
        (await account.AskAsync(
            "select count(*) from salesforce._trigger_log where action = 'DELETE' and \"values\" is null "
            + "and old::hstore -> 'name' = 'n' || record_id || 'x'")).ShouldBe(["10000"]);
    }

    [Fact]
    public async Task A_session_that_began_with_two_rows_pairs_many_rows_without_comparing_each_with_each()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) select 'n' || i from generate_series(1, 50000) i");
        await using var connection = await database.DataSource.OpenConnectionAsync(Account.Token);

        await using var command = new NpgsqlCommand(
            "update salesforce.account set name = 'two' where id <= 2; update salesforce.account set name = 'all'", connection)
        {
            CommandTimeout = 60,
        };
        (await command.ExecuteNonQueryAsync(Account.Token)).ShouldBe(50_002);
    }

    [Fact]
    public async Task Rows_that_the_app_copies_are_captured()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await using (var connection = await database.DataSource.OpenConnectionAsync(Account.Token))
        await using (var copy = await connection.BeginTextImportAsync("copy salesforce.account (name, phone) from stdin", Account.Token))
        {
            await copy.WriteAsync("a\t1\nb\t\\N\n");
        }

        (await account.AskAsync(Entries)).ShouldBe(["NEW|INSERT|1|-|a|-", "NEW|INSERT|2|-|b|-"]);
        (await account.AskAsync("select distinct _hc_lastop from salesforce.account")).ShouldBe(["PENDING"]);
    }

    [Theory]
    [InlineData("values ('new', 'n'), ('old', 'o')", "NEW|INSERT|2|-|new|-", "NEW|UPDATE|1|A|old|a")]
    [InlineData("values ('old', 'o'), ('new', 'n')", "NEW|INSERT|3|-|new|-", "NEW|UPDATE|1|A|old|a")]
    public async Task An_insert_that_updates_on_conflict_is_logged_as_what_became_of_each_row(string values, params string[] expected)
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, "o", 0));

        await account.RunAsync(
            $"insert into salesforce.account (name, ext__c) {values} on conflict (ext__c) do update set name = excluded.name");

        (await account.AskAsync(Entries)).Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_query_that_changes_two_tables_and_one_table_twice_is_logged_whole()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await Account.CreateAsync(database, Account.Definition with { Name = "other" });
        await account.MergeAsync(("A", "a", null, null, 0), ("B", "b", null, null, 0));

        await account.RunAsync(
            """
            with one as (update salesforce.account set name = 'A' where sfid = 'A' returning name),
              two as (update salesforce.account set name = 'B' where sfid = 'B' returning name),
              three as (insert into salesforce.account (name) select name from one union all select name from two returning name)
            insert into salesforce.other (name) select name from three
            """);

        (await account.AskAsync(
            "select table_name, action, coalesce(\"values\"::hstore -> 'name', '-') from salesforce._trigger_log "
            + "order by 1, 2, 3")).ShouldBe([
            "account|INSERT|A", "account|INSERT|B", "account|UPDATE|A", "account|UPDATE|B", "other|INSERT|A", "other|INSERT|B",
        ]);
    }

    [Fact]
    public async Task An_update_that_gives_a_row_another_id_is_paired_with_its_own_old_values()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, null, 0), ("B", "b", null, null, 0));

        await account.RunAsync("update salesforce.account set id = 30 - id, name = name || name");

        (await account.AskAsync(Entries)).ShouldBe(["NEW|UPDATE|29|A|aa|a", "NEW|UPDATE|28|B|bb|b"]);
    }

    [Fact]
    public async Task Values_with_quotes_backslashes_and_nulls_read_back_as_they_were_written()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", "1", "e", 0));

        await account.RunAsync(
            "set standard_conforming_strings = off; "
            + "update salesforce.account set name = E'q\"b\\\\s, \"x\"=>NULL\\n\\u00e4', phone = null, ext__c = 'NULL'");

        (await account.AskAsync("select \"values\" from salesforce._trigger_log")).ShouldBe(
            ["\"name\"=>\"q\\\"b\\\\s, \\\"x\\\"=>NULL\n\u00e4\", \"phone\"=>NULL, \"ext__c\"=>\"NULL\""]);
        (await account.AskAsync(
            "select \"values\"::hstore = (hstore(a) - old::hstore - array['_hc_lastop', '_hc_err']) from salesforce._trigger_log l "
            + "join salesforce.account a on a.id = l.record_id")).ShouldBe(["True"]);
    }

    [Fact]
    public async Task A_table_of_hundreds_of_columns_is_captured()
    {
        await using var database = await TestDatabase.CreateAsync();
        var definition = Account.Definition with
        {
            Columns =
            [
                .. Account.Definition.Columns,
                .. Enumerable.Range(0, 800).Select(at => new ColumnDefinition($"c{at}__c", new ColumnType(ColumnKind.Varchar, 10))),
            ],
        };
        var account = await Account.CreateAsync(database, definition);

        await account.RunAsync("insert into salesforce.account (c799__c) values ('a'); update salesforce.account set c0__c = 'b'");

        (await account.AskAsync(
            "select action, \"values\"::hstore -> 'c0__c', \"values\"::hstore -> 'c799__c' from salesforce._trigger_log order by id"))
            .ShouldBe(["INSERT|-|a", "UPDATE|b|-"]);
    }

    [Fact]
    public async Task Statements_behind_a_savepoint_that_is_rolled_back_and_in_a_caught_error_leave_the_next_ones_captured()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);

        await account.RunAsync(
            """
            begin;
            insert into salesforce.account (name) values ('a'), ('b');
            savepoint s;
            update salesforce.account set name = 'gone';
            rollback to s;
            do $$ begin
              insert into salesforce.account (name, ext__c) values ('x', 'same'), ('y', 'same');
            exception when unique_violation then null;
            end $$;
            update salesforce.account set phone = '1';
            delete from salesforce.account where name = 'b';
            commit
            """);

        (await account.AskAsync("select action, record_id from salesforce._trigger_log order by id"))
            .ShouldBe(["INSERT|1", "INSERT|2", "UPDATE|1", "UPDATE|2", "DELETE|2"]);
    }

    [Fact]
    public async Task A_statement_that_a_cascade_makes_is_captured()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await Account.CreateAsync(database, Account.Definition with { Name = "other" });
        await account.RunAsync(
            "alter table salesforce.other add foreign key (phone) references salesforce.account (ext__c) on delete cascade "
            + "on update cascade; "
            + "insert into salesforce.account (ext__c) values ('1'), ('2'), ('3'); "
            + "insert into salesforce.other (phone) values ('1'), ('1'), ('2'), ('3'); delete from salesforce._trigger_log");

        await account.RunAsync("delete from salesforce.account where ext__c < '3'; update salesforce.account set ext__c = '4'");

        (await account.AskAsync(
            "select table_name, action, count(*), count(distinct record_id) from salesforce._trigger_log "
            + "group by 1, 2 order by 1, 2")).ShouldBe([
            "account|DELETE|2|2", "account|UPDATE|1|1", "other|DELETE|3|3", "other|UPDATE|1|1",
        ]);
    }

    [Fact]
    public async Task A_transaction_that_is_prepared_and_committed_by_another_session_is_captured()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        if (await account.AskAsync("show max_prepared_transactions") is ["0"])
        {
            (await Should.ThrowAsync<PostgresException>(() => account.RunAsync(
                "begin; insert into salesforce.account (name) values ('a'); prepare transaction 'p'"))).SqlState
                .ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
            return;
        }

        await account.RunAsync("begin; insert into salesforce.account (name) values ('a'); prepare transaction 'p'");
        await account.RunAsync("commit prepared 'p'");

        (await account.AskAsync(Entries)).ShouldBe(["NEW|INSERT|1|-|a|-"]);
    }

    [Fact]
    public async Task Truncate_is_refused_with_a_sentence_and_allowed_to_a_session_that_is_not_captured()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) values ('a')");

        var refusal = await Should.ThrowAsync<PostgresException>(() => account.RunAsync("truncate salesforce.account"));

        refusal.MessageText.ShouldBe("TRUNCATE of salesforce.account is refused: the deleted rows would not reach Salesforce.");
        refusal.Hint.ShouldNotBeNull().ShouldStartWith("Use DELETE, which is captured.");
        await account.RunAsOwnAsync("truncate salesforce.account");
        (await account.AskAsync("select count(*) from salesforce.account")).ShouldBe(["0"]);
    }
}
