using Npgsql;
using Shouldly;
using Tandem.Postgres.Load;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>Merging records from Salesforce into a table in use: architecture.md, "The promises" 1, 3 and 4.</summary>
public sealed class TableMergerTests
{
    private const string Rows = "select sfid, name, phone, ext__c, _hc_lastop, _hc_err from salesforce.account order by id";

    [Fact]
    public async Task Inserts_updates_and_leaves_what_is_equal_and_a_second_time_changes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);

        (await account.MergeAsync(("A", "a", "1", null, 1), ("B", "b", "2", null, 1))).ShouldBe(new MergeResult(2, 0, 0));
        (await account.MergeAsync(("A", "a2", null, null, 2), ("B", "b", "2", null, 1), ("C", "c", null, null, 1)))
            .ShouldBe(new MergeResult(1, 1, 1));
        (await account.MergeAsync(("A", "a2", null, null, 2), ("B", "b", "2", null, 1), ("C", "c", null, null, 1)))
            .ShouldBe(new MergeResult(0, 0, 3));

        (await account.AskAsync(Rows)).ShouldBe(["A|a2|-|-|SYNCED|-", "B|b|2|-|SYNCED|-", "C|c|-|-|SYNCED|-"]);
        (await account.AskAsync("select count(*) from salesforce._trigger_log")).ShouldBe(["0"]);
        (await account.AskAsync("select max(id), (select last_value from salesforce.account_id_seq) from salesforce.account"))
            .ShouldBe(["3|3"]);
    }

    [Fact]
    public async Task An_older_record_does_not_overwrite_and_an_equally_old_one_does()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "new", null, null, 5));

        (await account.MergeAsync(("A", "old", null, null, 4))).ShouldBe(new MergeResult(0, 0, 1));
        (await account.MergeAsync(("A", "same age", null, null, 5))).ShouldBe(new MergeResult(0, 1, 0));

        (await account.AskAsync("select name from salesforce.account")).ShouldBe(["same age"]);
    }

    [Fact]
    public async Task Of_a_record_that_comes_twice_the_newest_stays_and_of_equally_old_ones_the_last()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);

        (
            await account.MergeAsync(
                ("A", "new", null, null, 5), ("A", "old", null, null, 4), ("B", "1st", null, null, 1), ("B", "2nd", null, null, 1)))
            .ShouldBe(new MergeResult(2, 0, 0));

        (await account.AskAsync("select name from salesforce.account order by sfid")).ShouldBe(["new", "2nd"]);
    }

    [Fact]
    public async Task A_column_with_a_queued_update_keeps_the_users_value_and_the_row_stays_pending()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", "1", null, 1), ("B", "b", "1", null, 1));
        await account.RunAsync("update salesforce.account set name = 'mine' where sfid = 'A'");

        (await account.MergeAsync(("A", "theirs", "2", null, 2), ("B", "theirs", "2", null, 2))).ShouldBe(new MergeResult(0, 2, 0));
        (await account.MergeAsync(("A", "theirs", "2", null, 2), ("B", "theirs", "2", null, 2))).ShouldBe(new MergeResult(0, 0, 2));

        (await account.AskAsync(Rows)).ShouldBe(["A|mine|2|-|PENDING|-", "B|theirs|2|-|SYNCED|-"]);
    }

    [Fact]
    public async Task A_row_whose_insert_is_queued_gets_its_sfid_by_the_unique_identifier_and_keeps_all_its_values()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name, ext__c) values ('mine', 'X')");

        (await account.MergeAsync(("A", "theirs", "2", "X", 2))).ShouldBe(new MergeResult(0, 1, 0));

        (await account.AskAsync(Rows)).ShouldBe(["A|mine|-|X|PENDING|-"]);
    }

    [Fact]
    public async Task A_row_without_sfid_and_queue_is_matched_by_the_unique_identifier_and_overwritten()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("insert into salesforce.account (name, ext__c) values ('mine', 'X'); delete from salesforce._trigger_log");

        (await account.MergeAsync(("A", "theirs", "2", "X", 2))).ShouldBe(new MergeResult(0, 1, 0));

        (await account.AskAsync(Rows)).ShouldBe(["A|theirs|2|X|SYNCED|-"]);
    }

    [Fact]
    public async Task A_record_whose_deletion_is_queued_does_not_come_back()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, null, 1));
        await account.RunAsync("delete from salesforce.account");

        (await account.MergeAsync(("A", "a", null, null, 2), ("B", "b", null, null, 2))).ShouldBe(new MergeResult(1, 0, 1));

        (await account.AskAsync("select sfid from salesforce.account")).ShouldBe(["B"]);
    }

    [Fact]
    public async Task A_read_clears_the_status_and_the_error_that_a_push_left()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, null, 1));
        await account.RunAsOwnAsync("update salesforce.account set _hc_lastop = 'FAILED', _hc_err = '{}'");
        (await account.AskAsync(Rows)).ShouldBe(["A|a|-|-|FAILED|{}"]);

        (await account.MergeAsync(("A", "a", null, null, 1))).ShouldBe(new MergeResult(0, 1, 0));

        (await account.AskAsync(Rows)).ShouldBe(["A|a|-|-|SYNCED|-"]);
    }

    /// <summary>Rows with a queued change are locked before they are written, others are written at once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_that_commits_while_the_merge_waits_for_its_row_is_not_overwritten(bool isLockedFirst)
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", "1", null, 1));
        if (isLockedFirst)
            await account.RunAsync("update salesforce.account set ext__c = 'queued'");
        await using var user = await database.DataSource.OpenConnectionAsync(Account.Token);
        await using var users = await user.BeginTransactionAsync(Account.Token);
        await using (var update = new NpgsqlCommand("update salesforce.account set name = 'mine'", user, users))
        {
            await update.ExecuteNonQueryAsync(Account.Token);
        }

        var merge = account.MergeAsync(("A", "theirs", "2", null, 2));
        await WaitUntilBlockedAsync(account);
        merge.IsCompleted.ShouldBeFalse();
        await users.CommitAsync(Account.Token);

        (await merge).ShouldBe(new MergeResult(0, 1, 0));
        (await account.AskAsync(Rows)).ShouldBe([$"A|mine|2|{(isLockedFirst ? "queued" : "-")}|PENDING|-"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deletion_that_commits_while_the_merge_waits_for_its_row_is_not_undone(bool isLockedFirst)
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", "1", null, 1));
        if (isLockedFirst)
            await account.RunAsync("update salesforce.account set ext__c = 'queued'");
        await using var user = await database.DataSource.OpenConnectionAsync(Account.Token);
        await using var users = await user.BeginTransactionAsync(Account.Token);
        await using (var delete = new NpgsqlCommand("delete from salesforce.account", user, users))
        {
            await delete.ExecuteNonQueryAsync(Account.Token);
        }

        var merge = account.MergeAsync(("A", "theirs", "2", null, 2));
        await WaitUntilBlockedAsync(account);
        await users.CommitAsync(Account.Token);

        (await merge).ShouldBe(new MergeResult(0, 0, 1));
        (await account.AskAsync(Rows)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deletion_that_commits_between_looking_and_writing_is_not_undone()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, null, 1), ("B", "b", null, null, 1));
        await using var user = await database.DataSource.OpenConnectionAsync(Account.Token);
        await using var users = await user.BeginTransactionAsync(Account.Token);
        await using (var change = new NpgsqlCommand(
            "update salesforce.account set name = 'mine' where sfid = 'A'; delete from salesforce.account where sfid = 'B'", user, users))
        {
            await change.ExecuteNonQueryAsync(Account.Token);
        }

        // The merge waits for A's row, and B goes meanwhile.
        var merge = account.MergeAsync(("A", "theirs", null, null, 2), ("B", "theirs", null, null, 2));
        await WaitUntilBlockedAsync(account);
        await users.CommitAsync(Account.Token);

        await merge;
        (await account.AskAsync("select sfid, name from salesforce.account")).ShouldBe(["A|mine"]);
    }

    [Fact]
    public async Task Two_batches_can_share_a_transaction()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);

        var second = await account.InSessionAsync(async (connection, transaction) =>
        {
            var merger = new TableMerger(Account.Definition);
            using var first = Account.Rows(("A", "a", null, null, 1));
            using var next = Account.Rows(("B", "b", null, null, 1));
            await merger.MergeAsync(connection, transaction, Account.Columns, first, Account.Token);
            return await merger.MergeAsync(connection, transaction, Account.Columns, next, Account.Token);
        });

        second.ShouldBe(new MergeResult(1, 0, 0));
    }

    [Fact]
    public async Task Refuses_a_transaction_that_the_triggers_would_take_for_a_users()
    {
        await using var database = await TestDatabase.CreateAsync();
        await Account.CreateAsync(database);
        await using var connection = await database.DataSource.OpenConnectionAsync(Account.Token);
        await using var transaction = await connection.BeginTransactionAsync(Account.Token);
        using var rows = Account.Rows(("A", "a", null, null, 1));

        await Should.ThrowAsync<InvalidOperationException>(() =>
            new TableMerger(Account.Definition).MergeAsync(connection, transaction, Account.Columns, rows, Account.Token));
    }

    [Fact]
    public async Task Deletes_rows_but_not_those_with_a_queued_change()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, null, 1), ("B", "b", null, null, 1), ("C", "c", null, null, 1));
        await account.RunAsync("update salesforce.account set name = 'mine' where sfid = 'B'");

        var deleted = await account.InSessionAsync((connection, transaction) =>
            new TableMerger(Account.Definition).DeleteAsync(connection, transaction, ["A", "B", "Z"], Account.Token));

        deleted.ShouldBe(1);
        (await account.AskAsync("select sfid from salesforce.account order by sfid")).ShouldBe(["B", "C"]);
        (await account.AskAsync("select action from salesforce._trigger_log")).ShouldBe(["UPDATE"]);
    }

    // Asks the server, each time a round trip, until a session waits for a lock; the test's own time limit ends a wait in vain.
    private static async Task WaitUntilBlockedAsync(Account account)
    {
        const string Waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while ((await account.AskAsync(Waiting))[0] is "0")
        {
            Account.Token.ThrowIfCancellationRequested();
        }
    }
}
