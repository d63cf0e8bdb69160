using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Postgres.ChangeLog;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>
/// Who is called for a new entry of the change log, and when: the channel of the contract, section 5.3, on which only a sleeper is called.
/// </summary>
public sealed class WakeTests
{
    private const int Writers = 6;
    private const int EntriesOfEach = 60;

    private const int EntriesBetweenPauses = 20;

    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    // Set while the worker sleeps.
    private volatile TaskCompletionSource _asleep = NewSignal();

    [Fact]
    public async Task A_worker_that_is_awake_is_not_called()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        var account = await Account.CreateAsync(database);
        await using var listener = NewListener(control);
        (await listener.TryToBeCalledAsync(Account.Token)).ShouldBeTrue();
        await listener.StayAwakeAsync(Account.Token);
        await using var raw = await database.DataSource.OpenConnectionAsync(Account.Token);
        await ExecuteAsync(raw, "listen \"salesforce.hc_trigger_log\"");
        var heard = new List<string>();
        raw.Notification += (_, notification) => heard.Add(notification.Payload);

        await account.RunAsync("insert into salesforce.account (name) values ('a')");
        await account.RunAsync("select pg_notify('salesforce.hc_trigger_log', 'end')");

        await raw.WaitAsync(Account.Token);
        heard.ShouldBe(["end"]);
    }

    [Theory]
    [InlineData("salesforce._trigger_log", "NEW")]
    [InlineData("salesforce._trigger_log_archive", "REQUEUE")]
    public async Task A_user_who_sets_an_entry_back_calls_the_sleeper_and_our_own_writes_do_not(string table, string state)
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync($"insert into {table} (id, state) values (1, 'FAILED')");
        await using var raw = await database.DataSource.OpenConnectionAsync(Account.Token);
        await ExecuteAsync(raw, "listen \"salesforce.hc_trigger_log\"");
        var heard = new List<string>();
        raw.Notification += (_, notification) => heard.Add(notification.Payload);
        await ExecuteAsync(raw, "select pg_advisory_lock(hashtextextended('salesforce.hc_trigger_log', 0))");

        await account.RunAsOwnAsync($"update {table} set state = 'PENDING'; update {table} set state = 'FAILED'");
        await account.RunAsync($"update {table} set sf_message = 'read'");
        await account.RunAsync("select pg_notify('salesforce.hc_trigger_log', 'ours')");
        await raw.WaitAsync(Account.Token);
        await account.RunAsync($"update {table} set state = '{state}'");
        await raw.WaitAsync(Account.Token);

        heard.ShouldBe(["ours", "ping"]);
    }

    [Theory]
    [InlineData("FAILED", false)]
    [InlineData("REQUEUE", true)]
    public async Task A_look_for_entries_to_send_again_calls_the_sleeper_only_when_it_finds_some(string state, bool isCalled)
    {
        await using var database = await TestDatabase.CreateAsync();
        var account = await Account.CreateAsync(database);
        await account.RunAsync(
            "insert into salesforce._trigger_log_archive (id, state, action, table_name, record_id) "
            + $"values (1, '{state}', 'UPDATE', 'account', 1)");
        await using var raw = await database.DataSource.OpenConnectionAsync(Account.Token);
        await ExecuteAsync(raw, "listen \"salesforce.hc_trigger_log\"");
        var heard = new List<string>();
        raw.Notification += (_, notification) => heard.Add(notification.Payload);
        await ExecuteAsync(raw, "select pg_advisory_lock(hashtextextended('salesforce.hc_trigger_log', 0))");
        await using var session = await database.DataSource.OpenConnectionAsync(Account.Token);

        (await new LogArchive("salesforce").RequeueAsync(session, ["account"], 10, Account.Token)).ShouldBe(isCalled ? 1 : 0);

        await account.RunAsync("select pg_notify('salesforce.hc_trigger_log', 'end')");
        while (!heard.Contains("end"))
            await raw.WaitAsync(Account.Token);
        heard.ShouldBe(isCalled ? ["ping", "end"] : ["end"]);
    }

    [Fact]
    public async Task Nobody_falls_asleep_while_a_transaction_is_open_that_found_them_awake()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        await Account.CreateAsync(database);
        await using var listener = NewListener(control);
        await using var app = await database.DataSource.OpenConnectionAsync(Account.Token);
        await ExecuteAsync(app, "begin; insert into salesforce.account (name) values ('a')");

        (await listener.TryToBeCalledAsync(Account.Token)).ShouldBeFalse();
        await ExecuteAsync(app, "commit");
        (await listener.TryToBeCalledAsync(Account.Token)).ShouldBeTrue();
        listener.IsCalled.ShouldBeTrue();
    }

    [Fact]
    public async Task A_change_that_is_rolled_back_to_a_savepoint_keeps_nobody_awake()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        await Account.CreateAsync(database);
        await using var listener = NewListener(control);
        await using var app = await database.DataSource.OpenConnectionAsync(Account.Token);

        await ExecuteAsync(app, "begin; savepoint s; insert into salesforce.account (name) values ('a'); rollback to s");

        (await listener.TryToBeCalledAsync(Account.Token)).ShouldBeTrue();
        await ExecuteAsync(app, "rollback");
    }

    [Fact]
    public async Task A_listener_that_is_gone_leaves_the_lock_to_the_next()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        await Account.CreateAsync(database);
        await using (var listener = NewListener(control))
        {
            (await listener.TryToBeCalledAsync(Account.Token)).ShouldBeTrue();
        }

        await using var next = NewListener(control);
        (await next.TryToBeCalledAsync(Account.Token)).ShouldBeTrue();
    }

    /// <summary>
    /// Sleeps for an hour whenever the last look found nothing, so that a call which is lost ends the test by its time limit. The writers
    /// wait for a sleeper now and then, so that there is one on the slowest machine too.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task No_entry_is_overlooked_however_many_commit_while_the_worker_falls_asleep()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        await Account.CreateAsync(database);
        await using var listener = NewListener(control);
        await using var reader = await database.DataSource.OpenConnectionAsync(Account.Token);
        var writers = Task.WhenAll(Enumerable.Range(0, Writers).Select(number => Task.Run(() => WriteAsync(database, number))));

        var sleeps = 0;
        for (long seen = 0; seen < Writers * EntriesOfEach;)
        {
            await using var look = new NpgsqlCommand("select count(*) from salesforce._trigger_log", reader);
            var found = (await look.ExecuteScalarAsync(Account.Token)).ShouldBeOfType<long>();
            if (found == seen && listener.IsCalled)
            {
                sleeps++;
                _asleep.SetResult();
                await listener.WaitAsync(Long, Account.Token);
                _asleep = NewSignal();
                await listener.StayAwakeAsync(Account.Token);
            }
            else if (found == seen)
            {
                await listener.TryToBeCalledAsync(Account.Token);
            }
            else
            {
                seen = found;
                await listener.StayAwakeAsync(Account.Token);
            }
        }

        await writers;
        sleeps.ShouldBeGreaterThan(0);
    }

    private async Task WriteAsync(TestDatabase database, int number)
    {
        var random = new Random(number);
        await using var connection = await database.DataSource.OpenConnectionAsync(Account.Token);
        for (var entry = 0; entry < EntriesOfEach; entry++)
        {
            if (entry % EntriesBetweenPauses == EntriesBetweenPauses / 2)
                await _asleep.Task.WaitAsync(Account.Token);
            var work = random.Next(3) == 0 ? $"select count(*) from generate_series(1, {random.Next(40_000)});" : "";
            var insert = "insert into salesforce.account (name) values ('a');";
            await ExecuteAsync(connection, random.Next(2) == 0 ? $"begin; {insert} {work} commit" : $"{work} {insert}");
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static ChannelListener NewListener(ControlSession control) =>
        new(control, ReservedNames.LogChannel("salesforce"), TimeProvider.System);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Account.Token);
    }
}
