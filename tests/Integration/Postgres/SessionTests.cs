using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Postgres;

/// <summary>What lives on connections of its own: the listener (contract, section 5.3) and the advisory lock.</summary>
public sealed class SessionTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("4MB", "32MB")]
    [InlineData("64kB", "32MB")]
    [InlineData("1GB", "1GB")]
    public async Task Our_transactions_have_memory_for_a_merge_and_never_less_than_the_session(string ofSession, string expected)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = await database.DataSource.OpenConnectionAsync(Account.Token);
        await RunAsync($"set work_mem = '{ofSession}'");
        await using (var transaction = await SyncSession.BeginAsync(connection, Account.Token))
        {
            (await RunAsync("show work_mem")).ShouldBe(expected);
            await transaction.CommitAsync(Account.Token);
        }

        (await RunAsync("show work_mem")).ShouldBe(ofSession);

        async Task<string?> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (string?)await command.ExecuteScalarAsync(Account.Token);
        }
    }

    [Fact]
    public async Task A_committed_change_wakes_the_listener_with_the_contracts_ping()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        var account = await Account.CreateAsync(database);
        await using var raw = await database.DataSource.OpenConnectionAsync(Account.Token);
        await using (var listen = new NpgsqlCommand("listen \"salesforce.hc_trigger_log\"", raw))
        {
            await listen.ExecuteNonQueryAsync(Account.Token);
        }

        var payload = string.Empty;
        raw.Notification += (_, notification) => payload = notification.Payload;
        await using var listener = new ChannelListener(control, ReservedNames.LogChannel("salesforce"), TimeProvider.System);
        (await listener.TryToBeCalledAsync(Account.Token)).ShouldBeTrue();

        await account.RunAsync("insert into salesforce.account (name) values ('a')");

        await listener.WaitAsync(Long, Account.Token);
        await raw.WaitAsync(Account.Token);
        payload.ShouldBe("ping");
    }

    [Fact]
    public async Task The_listener_returns_after_its_time_and_hears_what_comes_later()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        var account = await Account.CreateAsync(database);
        await using var listener = new ChannelListener(control, ReservedNames.LogChannel("salesforce"), TimeProvider.System);
        await listener.WaitAsync(Long, Account.Token);
        await listener.WaitAsync(TimeSpan.FromMilliseconds(1), Account.Token);
        (await listener.TryToBeCalledAsync(Account.Token)).ShouldBeTrue();
        var waiting = listener.WaitAsync(Long, Account.Token);

        await account.RunAsync("insert into salesforce.account (name) values ('a')");

        await waiting;
    }

    [Fact]
    public async Task A_listener_whose_connection_dies_wakes_up_and_listens_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        var account = await Account.CreateAsync(database);
        await using var listener = new ChannelListener(control, ReservedNames.LogChannel("salesforce"), TimeProvider.System);
        await listener.WaitAsync(Long, Account.Token);
        var waiting = listener.WaitAsync(Long, Account.Token);

        await account.RunAsync(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen%'");

        await waiting;
        (await listener.TryToBeCalledAsync(Account.Token)).ShouldBeTrue();
        var again = listener.WaitAsync(Long, Account.Token);
        await account.RunAsync("insert into salesforce.account (name) values ('a')");
        await again;
    }

    [Fact]
    public async Task A_lock_excludes_others_until_it_is_given_up()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        await using (var held = await AdvisoryLock.TryAcquireAsync(control, "shift", Account.Token))
        {
            held.ShouldNotBeNull();
            (await AdvisoryLock.TryAcquireAsync(control, "shift", Account.Token)).ShouldBeNull();
            await using var other = await AdvisoryLock.TryAcquireAsync(control, "another", Account.Token);
            other.ShouldNotBeNull();
        }

        await using var again = await AdvisoryLock.TryAcquireAsync(control, "shift", Account.Token);
        again.ShouldNotBeNull();
        again.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task A_lock_whose_session_dies_says_so()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var control = new ControlSession(database.DataSource);
        await using var held = await AdvisoryLock.TryAcquireAsync(control, "shift", Account.Token);
        held.ShouldNotBeNull();
        var lost = new TaskCompletionSource();
        await using var registration = held.Lost.Register(lost.SetResult);

        await using var command = database.DataSource.CreateCommand(
            "select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database "
            + "where l.locktype = 'advisory' and d.datname = current_database()");
        await command.ExecuteNonQueryAsync(Account.Token);

        await lost.Task.WaitAsync(Account.Token);
    }
}
