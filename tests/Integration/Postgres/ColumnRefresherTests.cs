using System.Text;
using Npgsql;
using Shouldly;
using Tandem.Postgres.Load;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>Writing some columns of rows whose record did not change: architecture.md, "The promises" 1, 3 and 4.</summary>
public sealed class ColumnRefresherTests
{
    private const string Rows = "select sfid, name, phone, _hc_lastop, _hc_err from salesforce.account order by sfid";

    [Fact]
    public async Task Writes_only_rows_of_the_same_stamp_and_never_inserts()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", "1", null, 1), ("B", "b", "1", null, 1), ("C", "c", "1", null, 3));

        (await RefreshAsync(account, ("A", "2", 1), ("B", "2", 2), ("C", "2", 2), ("D", "2", 1))).ShouldBe(1);

        (await account.AskAsync(Rows)).ShouldBe(["A|a|2|SYNCED|-", "B|b|1|SYNCED|-", "C|c|1|SYNCED|-"]);
        (await account.AskAsync("select count(*) from salesforce._trigger_log")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_row_that_is_as_it_should_be_is_not_written()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", "1", null, 1), ("B", "b", null, null, 1));
        var before = await account.AskAsync("select sfid, xmin from salesforce.account order by sfid");

        (await RefreshAsync(account, ("A", "1", 1), ("B", null, 1))).ShouldBe(0);

        (await account.AskAsync("select sfid, xmin from salesforce.account order by sfid")).ShouldBe(before);
        (await RefreshAsync(account, ("A", null, 1), ("B", "2", 1))).ShouldBe(2);
    }

    [Fact]
    public async Task What_waits_and_what_failed_stays_shown_beside_the_new_value()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", "1", null, 1), ("B", "b", "1", null, 1), ("C", "c", "1", null, 1));
        await account.RunAsync("update salesforce.account set name = 'mine' where sfid = 'A'");
        await account.RunAsOwnAsync("update salesforce.account set _hc_lastop = 'FAILED', _hc_err = 'refused' where sfid = 'B'");

        (await RefreshAsync(account, ("A", "2", 1), ("B", "2", 1), ("C", "2", 1))).ShouldBe(3);

        (await account.AskAsync(Rows)).ShouldBe(["A|mine|2|PENDING|-", "B|b|2|FAILED|refused", "C|c|2|SYNCED|-"]);
        (await account.AskAsync("select count(*) from salesforce._trigger_log")).ShouldBe(["1"]);
        (await RefreshAsync(account, ("A", "2", 1), ("B", "2", 1), ("C", "2", 1))).ShouldBe(0);
        (await account.AskAsync(Rows)).ShouldBe(["A|mine|2|PENDING|-", "B|b|2|FAILED|refused", "C|c|2|SYNCED|-"]);
    }

    [Fact]
    public async Task A_session_without_our_mark_and_columns_without_a_stamp_are_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", "1", null, 1));
        await using var connection = await account.DataSource.OpenConnectionAsync(Account.Token);
        await using var transaction = await connection.BeginTransactionAsync(Account.Token);
        using var rows = Encode(("A", "2", 1));
        var refresher = new ColumnRefresher(Account.Definition);

        await Should.ThrowAsync<ArgumentException>(
            () => refresher.RefreshAsync(connection, transaction, ["phone", "sfid"], rows, Account.Token));
        await Should.ThrowAsync<InvalidOperationException>(
            () => refresher.RefreshAsync(connection, transaction, ["phone", "systemmodstamp", "sfid"], rows, Account.Token));
    }

    private static Task<int> RefreshAsync(Account account, params (string Sfid, string? Phone, int Stamp)[] records) =>
        account.InSessionAsync(async (NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        {
            using var rows = Encode(records);
            return await new ColumnRefresher(Account.Definition).RefreshAsync(
                connection, transaction, ["phone", "systemmodstamp", "sfid"], rows, Account.Token);
        });

    private static CopyRows Encode(params (string Sfid, string? Phone, int Stamp)[] records)
    {
        var rows = new CopyRows();
        foreach (var (sfid, phone, stamp) in records)
        {
            rows.BeginRow(3);
            if (phone is null)
                rows.WriteNull();
            else
                rows.WriteUtf8(Encoding.UTF8.GetBytes(phone));
            rows.WriteTimestamp(stamp * 1_000_000L);
            rows.WriteUtf8(Encoding.UTF8.GetBytes(sfid));
        }

        return rows;
    }
}
