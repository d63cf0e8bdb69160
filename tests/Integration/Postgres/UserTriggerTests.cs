using Shouldly;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>
/// Capture among the user's own triggers: contract, section 5.3, where the log trigger fires in the order of names, and 5.5. What a
/// trigger does in answer to a change is logged behind it, so that the order of the log stays that of the record.
/// </summary>
public sealed class UserTriggerTests
{
    private const string Log =
        "select table_name, action, record_id, \"values\"::hstore -> 'name' from salesforce._trigger_log order by id";

    [Fact]
    public async Task What_a_trigger_does_behind_an_insert_is_logged_behind_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await Account.CreateAsync(database, Account.Definition with { Name = "other" });
        await account.RunAsync(
            """
            create function complete() returns trigger language plpgsql as $$ begin
              insert into salesforce.other (name) values ('child of ' || new.name);
              update salesforce.account set name = new.name || '!' where id = new.id;
              return null;
            end $$;
            create trigger user_complete after insert on salesforce.account for each row execute function complete();
            """);

        await account.RunAsync("insert into salesforce.account (name) values ('a'), ('b')");

        (await account.AskAsync(Log)).ShouldBe([
            "account|INSERT|1|a", "account|INSERT|2|b",
            "other|INSERT|1|child of a", "account|UPDATE|1|a!", "other|INSERT|2|child of b", "account|UPDATE|2|b!",
        ]);
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task Statements_within_a_statement_on_the_same_table_lose_and_double_nothing(string when)
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name, phone) select 'n' || i, i from generate_series(1, 5) i");
        await account.RunAsync("insert into salesforce.account (name) values ('counter')");
        await account.RunAsync(
            $$"""
            create function count_up() returns trigger language plpgsql as $$ begin
              update salesforce.account set name = 'counter' || new.phone where phone is null and new.phone is not null;
              update salesforce.account set name = 'nobody' where id = -1;
              return new;
            end $$;
            create trigger user_count {{when}} update on salesforce.account for each row execute function count_up();
            delete from salesforce._trigger_log
            """);

        await account.RunAsync("update salesforce.account set name = 'x' || phone where phone is not null");

        var entries = await account.AskAsync(
            "select record_id, \"values\"::hstore -> 'name', state from salesforce._trigger_log order by record_id, id");
        entries.ShouldBe([
            "1|x1|NEW", "2|x2|NEW", "3|x3|NEW", "4|x4|NEW", "5|x5|NEW",
            "6|counter1|NEW", "6|counter2|NEW", "6|counter3|NEW", "6|counter4|NEW", "6|counter5|NEW",
        ]);
    }

    [Fact]
    public async Task A_function_that_writes_the_table_which_is_being_written_loses_and_doubles_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync(
            """
            create function add_one(n integer) returns text language plpgsql volatile as $$ begin
              if n % 2 = 0 then
                insert into salesforce.account (name) values ('inner' || n);
              end if;
              return 'outer' || n;
            end $$
            """);

        await account.RunAsync("insert into salesforce.account (name) select add_one(i) from generate_series(1, 6) i");

        (await account.AskAsync("select \"values\"::hstore -> 'name' from salesforce._trigger_log order by 1"))
            .ShouldBe(["inner2", "inner4", "inner6", "outer1", "outer2", "outer3", "outer4", "outer5", "outer6"]);
    }

    [Fact]
    public async Task A_trigger_before_an_insert_that_fails_within_and_goes_on_loses_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync(
            """
            create function stumble() returns trigger language plpgsql as $$ begin
              if new.phone is null then
                begin
                  insert into salesforce.account (name, phone, ext__c) values ('inner', '1', 'same'), ('inner', '1', 'same');
                exception when unique_violation then
                  new.name := new.name || '!';
                end;
              end if;
              return new;
            end $$;
            create trigger user_stumble before insert on salesforce.account for each row execute function stumble();
            """);

        await account.RunAsync("insert into salesforce.account (name) values ('a'), ('b'), ('c')");

        (await account.AskAsync("select \"values\"::hstore -> 'name' from salesforce._trigger_log order by id"))
            .ShouldBe(["a!", "b!", "c!"]);
    }

    [Fact]
    public async Task Triggers_for_the_apps_changes_and_for_Salesforces_fire_for_theirs_only()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync(
            """
            create table heard (by text, name text);
            create function hear() returns trigger language plpgsql as $$ begin
              insert into heard values (tg_argv[0], new.name);
              return new;
            end $$;
            create trigger user_app after insert on salesforce.account for each row
              when (public.get_xmlbinary()::text = 'base64') execute function hear('app');
            create trigger user_org after insert on salesforce.account for each row
              when (public.get_xmlbinary()::text <> 'base64') execute function hear('org');
            """);

        await account.RunAsync("insert into salesforce.account (name) values ('mine')");
        await account.MergeAsync(("A", "theirs", null, null, 0));

        (await account.AskAsync("select * from heard order by 1")).ShouldBe(["app|mine", "org|theirs"]);
        (await account.AskAsync(Log)).ShouldBe(["account|INSERT|1|mine"]);
    }

    [Fact]
    public async Task A_trigger_in_our_session_that_sets_the_mark_back_has_its_changes_captured_and_only_those()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await Account.CreateAsync(database, Account.Definition with { Name = "other" });
        await account.RunAsync(
            """
            create function answer() returns trigger language plpgsql as $$ begin
              set local xmlbinary = 'base64';
              insert into salesforce.other (name) values ('answer to ' || new.name);
              set local xmlbinary = 'hex';
              return null;
            end $$;
            create trigger user_answer after insert on salesforce.account for each row
              when (public.get_xmlbinary()::text <> 'base64') execute function answer();
            """);

        await account.MergeAsync(("A", "a", null, null, 0), ("B", "b", null, null, 0));

        (await account.AskAsync(Log)).ShouldBe(["other|INSERT|1|answer to a", "other|INSERT|2|answer to b"]);
        (await account.AskAsync("select _hc_lastop from salesforce.account union select _hc_lastop from salesforce.other order by 1"))
            .ShouldBe(["PENDING", "SYNCED"]);
    }
}
