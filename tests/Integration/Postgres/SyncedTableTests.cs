using System.Text;
using Npgsql;
using Shouldly;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>Tables, indexes, service objects and the first load: contract, sections 3.2, 3.4, 5.1 and 5.2.</summary>
public sealed class SyncedTableTests
{
    [Fact]
    public async Task A_table_has_the_contracts_columns_and_indexes_and_doing_it_again_changes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await Account.CreateAsync(database);

        (await account.AskAsync(
            "select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute "
            + "where attrelid = 'salesforce.account'::regclass and attnum > 0 order by attnum")).ShouldBe([
            "name|character varying(80)|False", "phone|character varying(40)|False", "ext__c|character varying(40)|False",
            "isdeleted|boolean|False", "systemmodstamp|timestamp without time zone|False", "sfid|character varying(18)|False",
            "id|integer|True", "_hc_lastop|character varying(32)|False", "_hc_err|text|False",
        ]);
        (await account.AskAsync(
                "select indexrelid::regclass::text, indisunique from pg_index where indrelid = 'salesforce.account'::regclass order by 1"))
            .ShouldBe([
                "salesforce.account_pkey|True", "salesforce.hc_idx_account_systemmodstamp|False",
                "salesforce.hcu_idx_account_ext__c|True", "salesforce.hcu_idx_account_sfid|True",
            ]);
        (await account.AskAsync("select tgname from pg_trigger where tgrelid = 'salesforce.account'::regclass order by 1"))
            .ShouldBe([
                "hc_account_logtrigger", "hc_account_logtrigger_delete", "hc_account_logtrigger_start", "hc_account_logtrigger_update",
                "hc_account_status_trigger", "hc_account_truncate_trigger",
            ]);
        (await account.AskAsync("select pg_get_serial_sequence('salesforce.account', 'id')")).ShouldBe(["salesforce.account_id_seq"]);
    }

    [Fact]
    public async Task The_log_has_the_contracts_columns_in_their_order()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        string[] columns =
        [
            "id|integer", "txid|bigint", "created_at|timestamp with time zone", "updated_at|timestamp with time zone",
            "processed_at|timestamp with time zone", "processed_tx|bigint", "state|character varying(8)", "action|character varying(7)",
            "table_name|character varying(128)", "record_id|integer", "sfid|character varying(18)", "old|text", "values|text",
            "sf_result|integer", "sf_message|text",
        ];

        foreach (var log in new[] { "_trigger_log", "_trigger_log_archive" })
        {
            (await account.AskAsync(
                "select attname, format_type(atttypid, atttypmod) from pg_attribute "
                + $"where attrelid = 'salesforce.{log}'::regclass and attnum > 0 order by attnum")).ShouldBe(columns);
        }

        // The contract's, and one of ours: entries that are asked for again must be found in a large archive.
        (await account.AskAsync(
                "select indexname from pg_indexes where schemaname = 'salesforce' and tablename like '\\_trigger%' order by 1")).ShouldBe([
            "_trigger_log_archive_idx_created_at", "_trigger_log_archive_idx_record_id", "_trigger_log_archive_idx_requeue",
            "_trigger_log_archive_idx_state_table_name", "_trigger_log_archive_pkey", "_trigger_log_idx_created_at",
            "_trigger_log_idx_state_id", "_trigger_log_idx_state_table_name", "_trigger_log_pkey",
        ]);
    }

    /// <summary>Otherwise a claim, or a merge beside a queue, reads a whole log once it has held many new entries.</summary>
    [Fact]
    public async Task A_log_of_Heroku_Connect_is_found_by_its_rows_and_planned_without_its_states()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync(
            "drop index salesforce._trigger_log_idx_state_table_name; create index _trigger_log_idx_state_table_name "
            + "on salesforce._trigger_log (state, table_name) where state in ('NEW', 'PENDING'); "
            + "alter table salesforce._trigger_log alter column state set statistics 100; "
            + "insert into salesforce.account (name) select 'n' || n from generate_series(1, 3000) n; analyze salesforce._trigger_log");
        var index = "select oid from pg_class where relname = '_trigger_log_idx_state_table_name'";
        var theirs = await account.AskAsync(index);

        await Account.CreateAsync(database);
        var ours = await account.AskAsync(index);
        await Account.CreateAsync(database);

        ours.ShouldNotBe(theirs);
        (await account.AskAsync(index)).ShouldBe(ours);
        (await account.AskAsync("select pg_get_indexdef(indexrelid) like '%(table_name, record_id) WHERE %NEW%PENDING%' from pg_index "
            + $"where indexrelid = ({index})")).ShouldBe(["True"]);
        (await account.AskAsync(
            "select attstattarget from pg_attribute where attrelid = 'salesforce._trigger_log'::regclass and attname = 'state'"))
            .ShouldBe(["0"]);
    }

    /// <summary>Each version of an entry would stand in it, and ANALYZE would read whole rows in text.</summary>
    [Fact]
    public async Task A_log_of_Heroku_Connect_gets_a_light_index_of_its_times_and_no_statistics_of_its_rows()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync(
            "drop index salesforce._trigger_log_idx_created_at; "
            + "create index _trigger_log_idx_created_at on salesforce._trigger_log (created_at); "
            + "alter table salesforce._trigger_log alter column old set statistics 100; "
            + "insert into salesforce.account (name) select 'n' || n from generate_series(1, 3000) n; "
            + "update salesforce.account set name = 'm'");
        var index = "select oid from pg_class where relname = '_trigger_log_idx_created_at'";

        await Account.CreateAsync(database);
        var ours = await account.AskAsync(index);
        await Account.CreateAsync(database);
        await account.RunAsync("analyze salesforce._trigger_log");

        (await account.AskAsync("show lock_timeout")).ShouldBe(["0"]);

        (await account.AskAsync(index)).ShouldBe(ours);
        (await account.AskAsync(
            "select am.amname, array_to_string(array(select attname from pg_attribute where attrelid = i.oid), ',') from pg_class i "
            + $"join pg_am am on am.oid = i.relam where i.oid = ({index})")).ShouldBe(["brin|created_at"]);
        (await account.AskAsync(
            "select string_agg(attname, ',' order by attname) filter (where attname in ('old', 'values', 'state', 'sf_message')), "
            + "count(*) > 0 from pg_stats where schemaname = 'salesforce' and tablename = '_trigger_log'")).ShouldBe(["-|True"]);
        (await account.AskAsync("select count(*) from salesforce._trigger_log where created_at > now() - interval '1 hour'"))
            .ShouldBe(["6000"]);
    }

    [Fact]
    public async Task An_index_of_a_log_that_is_in_use_stays_until_the_next_start()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync(
            "drop index salesforce._trigger_log_idx_created_at; "
            + "create index _trigger_log_idx_created_at on salesforce._trigger_log (created_at)");
        var kind = "select am.amname from pg_class i join pg_am am on am.oid = i.relam where i.relname = '_trigger_log_idx_created_at'";
        await using (var reader = await database.DataSource.OpenConnectionAsync(Account.Token))
        await using (var transaction = await reader.BeginTransactionAsync(Account.Token))
        {
            await using (var read = new NpgsqlCommand("select count(*) from salesforce._trigger_log", reader, transaction))
                await read.ExecuteScalarAsync(Account.Token);
            await Account.CreateAsync(database);
            (await account.AskAsync(kind)).ShouldBe(["btree"]);
        }

        await Account.CreateAsync(database);
        (await account.AskAsync(kind)).ShouldBe(["brin"]);
    }

    [Fact]
    public async Task An_existing_table_gets_what_it_lacks_and_is_widened()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync(
            "drop table salesforce.account; create table salesforce.account (id serial primary key, sfid varchar(18), name varchar(10), "
            + "phone varchar(99), mine text); insert into salesforce.account (name, mine) values ('kept', 'm')");

        await Account.CreateAsync(database);

        (await account.AskAsync("select name, mine, systemmodstamp, _hc_lastop from salesforce.account")).ShouldBe(["kept|m|-|-"]);
        (await account.AskAsync("select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'salesforce.account'::regclass "
            + "and attname in ('name', 'phone') order by attname")).ShouldBe(["character varying(80)", "character varying(99)"]);
    }

    [Fact]
    public async Task A_column_of_another_type_is_refused_with_a_sentence()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync("drop table salesforce.account; create table salesforce.account (id serial primary key, name integer)");
        await using var connection = await database.DataSource.OpenConnectionAsync(Account.Token);

        var refusal = await Should.ThrowAsync<TableMismatchException>(() =>
            new SyncedTable(Account.Definition).CreateAsync(connection, Account.Token));

        refusal.Message.ShouldBe(
            "The table salesforce.account already exists and does not fit: column \"name\" must be varchar(80); found integer.");
        (await account.AskAsync("select count(*) from pg_attribute where attrelid = 'salesforce.account'::regclass and attnum > 0"))
            .ShouldBe(["2"]);
    }

    [Fact]
    public async Task Each_type_is_loaded_as_it_was_written_from_1700_to_4000()
    {
        await using var database = await TestDatabase.CreateAsync();
        ColumnKind[] kinds = [ColumnKind.Text, ColumnKind.Boolean, ColumnKind.Integer, ColumnKind.BigInt, ColumnKind.Double,
            ColumnKind.Date, ColumnKind.Timestamp, ColumnKind.Time];
        var definition = Account.Definition with
        {
            Columns =
            [
                new("sfid", new ColumnType(ColumnKind.Varchar, 18)),
                .. kinds.Select(kind => new ColumnDefinition($"c_{kind}", new ColumnType(kind))),
            ],
            Indexes = [],
        };
        var account = await Account.CreateAsync(database, definition);
        var epoch = new DateTime(2000, 1, 1);
        using var rows = new CopyRows(16);
        foreach (var (day, number) in new[] { (new DateTime(1700, 1, 1), int.MinValue), (new DateTime(4000, 12, 31), int.MaxValue) })
        {
            rows.BeginRow(9);
            rows.WriteUtf8("A"u8);
            rows.WriteUtf8(Encoding.UTF8.GetBytes("ä\n\t€😀"));
            rows.WriteBoolean(number > 0);
            rows.WriteInt32(number);
            rows.WriteInt64((long)number * int.MaxValue);
            rows.WriteDouble(number / 3.0);
            rows.WriteDate((day - epoch).Days);
            rows.WriteTimestamp((day - epoch).Ticks / 10 + 1);
            rows.WriteTime(86_399_999_999);
        }

        rows.BeginRow(9);
        rows.WriteUtf8("dropped"u8);
        rows.RollbackRow();
        rows.BeginRow(9);
        for (var field = 0; field < 9; field++)
        {
            rows.WriteNull();
        }

        var loaded = await account.InSessionAsync(async (connection, _) =>
        {
            await using var loader = await TableLoader.BeginAsync(
                connection, definition, [.. definition.Columns.Select(column => column.Name)], Account.Token);
            await loader.WriteAsync(rows, Account.Token);
            return await loader.CompleteAsync(Account.Token);
        });

        loaded.ShouldBe(3);
        (await account.AskAsync("select sfid, \"c_Text\", \"c_Boolean\", \"c_Integer\", \"c_BigInt\", \"c_Double\"::text, "
            + "\"c_Date\"::text, \"c_Timestamp\"::text, \"c_Time\"::text, _hc_lastop from salesforce.account order by id")).ShouldBe([
            "A|ä\n\t€😀|False|-2147483648|-4611686016279904256|-715827882.6666666|1700-01-01|1700-01-01 "
            + "00:00:00.000001|23:59:59.999999|SYNCED",
            "A|ä\n\t€😀|True|2147483647|4611686014132420609|715827882.3333334|4000-12-31|4000-12-31 00:00:00.000001|23:59:59.999999|SYNCED",
            "-|-|-|-|-|-|-|-|-|SYNCED",
        ]);
    }

    [Fact]
    public async Task A_load_that_is_not_completed_leaves_nothing_and_the_connection_usable()
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        using var rows = Account.Rows(("A", "a", null, null, 1));

        await account.InSessionAsync(async (connection, _) =>
        {
            await using (var loader = await TableLoader.BeginAsync(connection, Account.Definition, Account.Columns, Account.Token))
            {
                await loader.WriteAsync(rows, Account.Token);
            }

            return true;
        });

        await using var again = await database.DataSource.OpenConnectionAsync(Account.Token);
        (await new SyncedTable(Account.Definition).CountAsync(again, Account.Token)).ShouldBe(0);
    }

    [Fact]
    public async Task A_load_needs_our_session()
    {
        await using var database = await TestDatabase.CreateAsync();
        await Account.CreateAsync(database);
        await using var connection = await database.DataSource.OpenConnectionAsync(Account.Token);

        await Should.ThrowAsync<InvalidOperationException>(() =>
            TableLoader.BeginAsync(connection, Account.Definition, Account.Columns, Account.Token));
    }
}
