using System.Text;
using Npgsql;
using Tandem.Postgres;
using Tandem.Postgres.Conflicts;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>A small account table with its service schema, and short ways to ask and change it as a user or as we do.</summary>
internal sealed class Account(TestDatabase database)
{
    public static readonly string[] Columns = ["sfid", "name", "phone", "ext__c", "systemmodstamp"];

    public static TableDefinition Definition { get; } = new()
    {
        Schema = "salesforce",
        Name = "account",
        Columns =
        [
            new("name", new ColumnType(ColumnKind.Varchar, 80)),
            new("phone", new ColumnType(ColumnKind.Varchar, 40)),
            new("ext__c", new ColumnType(ColumnKind.Varchar, 40)),
            new("isdeleted", new ColumnType(ColumnKind.Boolean)),
            new("systemmodstamp", new ColumnType(ColumnKind.Timestamp)),
            new("sfid", new ColumnType(ColumnKind.Varchar, 18)),
        ],
        Indexes = [new("sfid", true), new("systemmodstamp", false), new("ext__c", true)],
        UniqueColumn = "ext__c",
        Capture = CaptureMode.ReadWrite,
    };

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public NpgsqlDataSource DataSource => database.DataSource;

    /// <summary>Who wins conflicts in what is merged from now on.</summary>
    public ConflictRules? Rules { get; set; }

    public static async Task<Account> CreateAsync(TestDatabase database, TableDefinition? definition = null)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(Token);
        var table = new SyncedTable(definition ?? Definition);
        await new ServiceSchema("salesforce").InstallAsync(connection, Token);
        await table.CreateAsync(connection, Token);
        await table.CreateIndexesAsync(connection, Token);
        await table.InstallCaptureAsync(connection, Token);
        return new Account(database);
    }

    /// <summary>Runs as a user does, in a session without our mark.</summary>
    public async Task RunAsync(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>All rows as text: fields joined by a bar, NULL as a dash.</summary>
    public async Task<IReadOnlyList<string>> AskAsync(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var rows = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            var fields = Enumerable.Range(0, reader.FieldCount).Select(at => reader.IsDBNull(at) ? "-" : $"{reader.GetValue(at)}");
            rows.Add(string.Join('|', fields));
        }

        return rows;
    }

    /// <summary>Runs in a transaction with our mark.</summary>
    public async Task RunAsOwnAsync(string sql) => await InSessionAsync(async (connection, transaction) =>
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        return await command.ExecuteNonQueryAsync(Token);
    });

    public async Task<T> InSessionAsync<T>(Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(Token);
        await using var transaction = await SyncSession.BeginAsync(connection, Token);
        var result = await work(connection, transaction);
        await transaction.CommitAsync(Token);
        return result;
    }

    public Task<MergeResult> MergeAsync(params (string Sfid, string? Name, string? Phone, string? Ext, int Stamp)[] records) =>
        InSessionAsync(async (connection, transaction) =>
        {
            using var rows = Rows(records);
            return await new TableMerger(Definition, Rules).MergeAsync(connection, transaction, Columns, rows, Token);
        });

    public Task<int> DeleteAsync(params string[] sfids) => InSessionAsync((connection, transaction) =>
        new TableMerger(Definition, Rules).DeleteAsync(connection, transaction, sfids, Token));

    /// <summary>Until a session waits for a lock.</summary>
    public Task WaitUntilBlockedAsync() => Eventually.BecomesTrueAsync(
        async () => (await AskAsync(
            "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"))[0] == "True",
        "a session waits for a lock",
        cancellationToken: Token);

    public static CopyRows Rows(params (string Sfid, string? Name, string? Phone, string? Ext, int Stamp)[] records)
    {
        var rows = new CopyRows();
        foreach (var (sfid, name, phone, ext, stamp) in records)
        {
            rows.BeginRow((short)Columns.Length);
            foreach (var text in new[] { sfid, name, phone, ext })
            {
                if (text is null)
                {
                    rows.WriteNull();
                }
                else
                {
                    rows.WriteUtf8(Encoding.UTF8.GetBytes(text));
                }
            }

            rows.WriteTimestamp(stamp * 1_000_000L);
        }

        return rows;
    }
}
