using Shouldly;
using Tandem.Postgres.ChangeLog;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>The life of log entries: contract, sections 6.1 "States" and 7 (row "Duplicate scenario").</summary>
public sealed class ChangeLogTests
{
    private const string States = "select state from salesforce._trigger_log order by id";
    private static readonly string[] Tables = ["account"];
    private static readonly ChangeLog Log = new("salesforce");

    [Fact]
    public async Task Claims_changes_in_commit_order_up_to_the_limit()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name, isdeleted) values ('a', true), ('b', null), ('c', false)");

        var first = await ClaimAsync(account, 2);
        var second = await ClaimAsync(account, 2);

        first.Select(change => (change.Id.Value, change.Action, change.RecordId, change.Values["name"], change.Values["isdeleted"]))
            .ShouldBe([(1, ChangeAction.Insert, 1, "a", "t"), (2, ChangeAction.Insert, 2, "b", null)]);
        first[0].ClaimedAt.Kind.ShouldBe(DateTimeKind.Utc);
        second.Select(change => change.Id.Value).ShouldBe([3]);
        (await account.AskAsync(States)).ShouldBe(["PENDING", "PENDING", "PENDING"]);
    }

    [Fact]
    public async Task Passes_over_entries_that_another_session_holds_and_tables_not_asked_for()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) values ('a'), ('b')");
        await account.RunAsync(
            "insert into salesforce._trigger_log (state, action, table_name, record_id) values ('NEW', 'INSERT', 'other', 1)");

        var claimed = await account.InSessionAsync(async (connection, _) =>
        {
            await using var hold = new Npgsql.NpgsqlCommand("select id from salesforce._trigger_log where id = 1 for update", connection);
            await hold.ExecuteNonQueryAsync(Account.Token);
            return await ClaimAsync(account, 9);
        });

        claimed.Select(change => change.Id.Value).ShouldBe([2]);
    }

    [Fact]
    public async Task Finishes_what_needs_nothing_sent_and_records_deleted_before_their_insert_was_sent()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync(
            "insert into salesforce.account (name) values ('a'); update salesforce.account set name = 'b'; "
            + "update salesforce.account set name = 'b'; delete from salesforce.account; "
            + "insert into salesforce.account (name) values ('c')");

        // The first entry alone fills the limit and goes nowhere: that the answer is not empty says that the claim went on.
        var changes = await ClaimAsync(account, 1);
        var next = await ClaimAsync(account, 9);

        changes.Select(change => change.Id.Value).ShouldBe([5]);
        next.ShouldBeEmpty();
        (await account.AskAsync(States)).ShouldBe(["IGNORED", "IGNORED", "IGNORED", "IGNORED", "PENDING"]);
    }

    [Fact]
    public async Task An_update_that_changed_nothing_leaves_no_row_pending_unless_a_change_waits()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsOwnAsync(
            "insert into salesforce.account (name, sfid) values ('rest', '1'), ('waits', '2'), ('failed', '3'), ('made good', '4')");
        await account.RunAsync(
            "insert into salesforce._trigger_log (state, action, table_name, record_id) values "
            + "('FAILED', 'UPDATE', 'account', 3), ('FAILED', 'UPDATE', 'account', 4), ('SUCCESS', 'UPDATE', 'account', 4)");
        await account.RunAsync("update salesforce.account set name = name; update salesforce.account set phone = '1' where sfid = '2'");
        await account.RunAsync(
            "insert into salesforce.account (name) values ('new'); update salesforce.account set name = name where name = 'new'");

        await ClaimAsync(account, 9);

        (await account.AskAsync("select name, _hc_lastop from salesforce.account order by id"))
            .ShouldBe(["rest|SYNCED", "waits|PENDING", "failed|FAILED", "made good|SYNCED", "new|PENDING"]);
        (await account.AskAsync("select count(*) from salesforce._trigger_log where state = 'IGNORE'")).ShouldBe(["0"]);
        (await account.AskAsync("select count(*) from salesforce._trigger_log where state = 'IGNORED'")).ShouldBe(["5"]);
    }

    [Fact]
    public async Task What_a_crash_left_claimed_is_read_and_can_be_released()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) values ('a')");
        var claimed = await ClaimAsync(account, 9);
        await using var connection = await database.DataSource.OpenConnectionAsync(Account.Token);

        var pending = await Log.ReadPendingAsync(connection, Tables, Account.Token);
        await Log.ReleaseAsync(connection, [.. pending.Select(change => change.Id)], Account.Token);

        pending.Select(change => (change.Id, change.ClaimedAt)).ShouldBe(claimed.Select(change => (change.Id, change.ClaimedAt)));
        (await account.AskAsync(States)).ShouldBe(["NEW"]);
    }

    [Fact]
    public async Task An_sfid_that_the_entry_lacks_comes_from_the_row_or_from_another_entry()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) values ('a'), ('b')");
        var inserts = await ClaimAsync(account, 9);
        await account.RunAsync("update salesforce.account set name = 'z'");
        await SettleAsync(account, Settled(inserts[0]) with { Sfid = "A" }, Settled(inserts[1]) with { Sfid = "B" });
        await account.RunAsync("delete from salesforce.account where sfid = 'B'");

        var changes = await ClaimAsync(account, 9);

        changes.Select(change => (change.Action, change.RecordId, change.Sfid)).ShouldBe(
            [(ChangeAction.Update, 1, "A"), (ChangeAction.Update, 2, "B"), (ChangeAction.Delete, 2, "B")]);
    }

    [Fact]
    public async Task Settling_writes_log_and_row_together_and_nothing_when_rolled_back()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) values ('a'), ('b')");
        var changes = await ClaimAsync(account, 9);
        Settlement[] settlements =
        [
            Settled(changes[0]) with { Sfid = "A" },
            Settled(changes[1]) with { State = SettledState.Failed, Message = "no", ErrorJson = "{}" },
        ];
        await using (var connection = await database.DataSource.OpenConnectionAsync(Account.Token))
        await using (var transaction = await Tandem.Postgres.SyncSession.BeginAsync(connection, Account.Token))
        {
            await Log.SettleAsync(connection, transaction, settlements, Account.Token);
            await transaction.RollbackAsync(Account.Token);
        }

        (await account.AskAsync(States)).ShouldBe(["PENDING", "PENDING"]);
        await SettleAsync(account, settlements);
        await SettleAsync(account, settlements);

        (await account.AskAsync(
                "select state, sfid, sf_message, processed_at is null, processed_tx is null from salesforce._trigger_log order by id"))
            .ShouldBe(["SUCCESS|A|-|False|False", "FAILED|-|no|False|False"]);
        (await account.AskAsync("select sfid, _hc_lastop, _hc_err from salesforce.account order by id"))
            .ShouldBe(["A|INSERTED|-", "-|FAILED|{}"]);
        await using var counting = await database.DataSource.OpenConnectionAsync(Account.Token);
        (await Log.CountAsync(counting, Account.Token))["account"].ShouldBe(new QueueCount(0, 1));
    }

    [Fact]
    public async Task A_row_that_vanished_while_it_was_inserted_gets_a_delete_entry()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) values ('a')");
        var changes = await ClaimAsync(account, 9);
        await account.RunAsync("delete from salesforce.account");

        await SettleAsync(account, Settled(changes[0]) with { Sfid = "A" });

        var next = await ClaimAsync(account, 9);
        next.Select(change => (change.Action, change.RecordId, change.Sfid)).ShouldBe([(ChangeAction.Delete, 1, "A")]);
    }

    [Fact]
    public async Task A_twin_that_a_read_brought_before_the_sfid_was_known_makes_way()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name) values ('a')");
        var changes = await ClaimAsync(account, 9);
        await account.MergeAsync(("A", "a", null, null, 1));

        await SettleAsync(account, Settled(changes[0]) with { Sfid = "A" });

        (await account.AskAsync("select id, sfid from salesforce.account")).ShouldBe(["1|A"]);
        (await account.AskAsync(States)).ShouldBe(["SUCCESS"]);
    }

    private static async Task<IReadOnlyList<Change>> ClaimAsync(Account account, int limit)
    {
        await using var connection = await account.DataSource.OpenConnectionAsync(Account.Token);
        return await Log.ClaimAsync(connection, Tables, limit, Account.Token);
    }

    private static Task<bool> SettleAsync(Account account, params Settlement[] settlements) =>
        account.InSessionAsync(async (connection, transaction) =>
        {
            await Log.SettleAsync(connection, transaction, settlements, Account.Token);
            return true;
        });

    private static Settlement Settled(Change change) => new()
    {
        Change = change.Id,
        Table = change.Table,
        RecordId = change.RecordId,
        Action = change.Action,
        State = SettledState.Success,
    };
}
