using Npgsql;
using Shouldly;
using Tandem.Postgres.Load;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>Values for added columns of a table in use: heroku-connect.md, section 9; architecture.md, "The promises" 4 and 6.</summary>
public sealed class TableFillerTests
{
    private static readonly string[] Columns = ["phone", "sfid"];

    [Fact]
    public async Task Only_the_columns_of_present_rows_change_and_a_second_time_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, null, 1), ("B", "b", "2", null, 1));

        (await FillAsync(account, ("1", "A"), ("2", "B"), ("3", "C"))).ShouldBe(1);
        (await FillAsync(account, ("1", "A"), ("2", "B"), ("3", "C"))).ShouldBe(0);

        (await account.AskAsync("select sfid, name, phone, _hc_lastop from salesforce.account order by id"))
            .ShouldBe(["A|a|1|SYNCED", "B|b|2|SYNCED"]);
        (await account.AskAsync("select count(*) from salesforce._trigger_log")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_queued_change_of_the_column_stays_and_so_does_what_a_row_says_of_itself()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.MergeAsync(("A", "a", null, null, 1), ("B", "b", null, null, 1), ("C", "c", null, null, 1));
        await account.RunAsync("update salesforce.account set phone = 'mine' where sfid = 'A'");
        await account.RunAsync("update salesforce.account set name = 'mine' where sfid = 'B'");
        await account.RunAsOwnAsync("update salesforce.account set _hc_lastop = 'FAILED', _hc_err = '{}' where sfid = 'C'");

        (await FillAsync(account, ("1", "A"), ("2", "B"), ("3", "C"))).ShouldBe(2);

        (await account.AskAsync("select sfid, name, phone, _hc_lastop, _hc_err from salesforce.account order by id"))
            .ShouldBe(["A|a|mine|PENDING|-", "B|mine|2|PENDING|-", "C|c|3|FAILED|{}"]);
        (await account.AskAsync("select count(*) from salesforce._trigger_log")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_session_without_our_mark_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await using var connection = await account.DataSource.OpenConnectionAsync(Account.Token);
        await using var transaction = await connection.BeginTransactionAsync(Account.Token);

        (await Should.ThrowAsync<InvalidOperationException>(() => FillAsync(connection, transaction, ("1", "A")))).Message
            .ShouldContain("A fill needs a transaction");
    }

    private static Task<int> FillAsync(Account account, params (string Phone, string Sfid)[] records) =>
        account.InSessionAsync((connection, transaction) => FillAsync(connection, transaction, records));

    private static async Task<int> FillAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, params (string Phone, string Sfid)[] records)
    {
        using var rows = new CopyRows();
        foreach (var (phone, sfid) in records)
        {
            rows.BeginRow(2);
            rows.WriteUtf8(System.Text.Encoding.UTF8.GetBytes(phone));
            rows.WriteUtf8(System.Text.Encoding.UTF8.GetBytes(sfid));
        }

        return await new TableFiller(Account.Definition).FillAsync(connection, transaction, Columns, rows, Account.Token);
    }
}
