using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Sync.Running;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>The sessions that mappings share: architecture.md, "Ownership and scale" and promise 6.</summary>
public sealed class PullSessionsTests
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mapping_finds_its_staging_tables_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var sessions = New(database, shared: 3);
        var pids = new List<int>();
        for (var round = 0; round < 3; round++)
        {
            foreach (var name in new[] { "a", "b", "c", "d" })
                pids.Add(await UseAsync(sessions, name, $"create temporary table if not exists of_{name} (x int)"));
        }

        pids[..4].ShouldBe(pids[4..8]);
        pids[..4].ShouldBe(pids[8..]);
        pids.Distinct().Count().ShouldBe(3);
        await using var session = await sessions.RentAsync("a", Often, Token);
        (await AskAsync(session, "select count(*) from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'r'")).ShouldBe(2L);
    }

    [Fact]
    public async Task A_session_that_the_server_ended_while_it_was_idle_is_replaced_unnoticed()
    {
        await using var database = await TestDatabase.CreateAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var sessions = New(database, shared: 1, time);
        var killed = await UseAsync(sessions, "a", "select 1");

        await KillAsync(database, killed);
        time.Advance(TimeSpan.FromMinutes(2));

        (await UseAsync(sessions, "a", "select 1")).ShouldNotBe(killed);
    }

    [Fact]
    public async Task A_session_that_breaks_at_work_fails_one_round_and_is_replaced()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var sessions = New(database, shared: 1);
        var killed = await UseAsync(sessions, "a", "select 1");
        await KillAsync(database, killed);

        await Should.ThrowAsync<NpgsqlException>(() => UseAsync(sessions, "a", "select 1"));

        (await UseAsync(sessions, "a", "select 1")).ShouldNotBe(killed);
    }

    [Fact]
    public async Task What_a_failed_round_left_open_is_rolled_back_before_the_next()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var sessions = New(database, shared: 1);
        await UseAsync(sessions, "a", "create table kept (x int)");
        await using (var session = await sessions.RentAsync("a", Often, Token))
            await AskAsync(session, "begin; insert into kept values (1); select 1");

        await using var next = await sessions.RentAsync("a", Often, Token);
        (await AskAsync(next, "select count(*) from kept")).ShouldBe(0L);
        await using var other = await database.DataSource.OpenConnectionAsync(Token);
        await using var command = new NpgsqlCommand("lock table kept in access exclusive mode nowait", other);
        await using var transaction = await other.BeginTransactionAsync(Token);
        await command.ExecuteNonQueryAsync(Token);
    }

    [Fact]
    public async Task A_long_wait_leaves_the_shared_session_to_others_and_ends_on_one_of_its_own()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var sessions = New(database, shared: 1);
        await using var session = await sessions.RentAsync("a", Often, Token);
        var shared = (await session.ConnectAsync(Token)).ProcessID;
        var job = new TaskCompletionSource();

        var waiting = session.WaitApartAsync(token => job.Task.WaitAsync(token), Token);
        (await UseAsync(sessions, "b", "select 1")).ShouldBe(shared);
        await using var other = await sessions.RentAsync("c", Often, Token);
        job.SetResult();
        await waiting;

        (await session.ConnectAsync(Token)).ProcessID.ShouldNotBe(shared);
        (await AskAsync(session, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_wait_that_fails_leaves_a_session_to_note_it_with()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var sessions = New(database, shared: 1);
        await using var session = await sessions.RentAsync("a", Often, Token);

        await Should.ThrowAsync<TimeoutException>(() => session.WaitApartAsync(_ => throw new TimeoutException(), Token));

        (await AskAsync(session, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task First_loads_and_long_pulls_have_limits_of_their_own()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var sessions = New(database, shared: 1);
        await using var load = await sessions.RentForLoadAsync(Token);
        var second = sessions.RentForLoadAsync(Token);
        await using var pull = await sessions.RentAsync("a", Often, Token);
        await pull.WaitApartAsync(_ => Task.CompletedTask, Token);
        await using var other = await sessions.RentAsync("b", Often, Token);
        var waiting = other.WaitApartAsync(_ => Task.CompletedTask, Token);

        second.IsCompleted.ShouldBeFalse();
        waiting.IsCompleted.ShouldBeFalse();
        await load.DisposeAsync();
        await using var next = await second;
        await pull.DisposeAsync();
        await waiting;
    }

    [Fact]
    public async Task A_session_does_not_collect_the_staging_tables_of_all()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var sessions = New(database, shared: 2);
        await UseAsync(sessions, "home", "create temporary table of_home (x int)");
        await UseAsync(sessions, "other", "select 1");
        await using (var busy = await sessions.RentAsync("other", Often, Token))
        {
            // Every second of these has its home in the busy session.
            for (var guest = 0; guest < 80; guest++)
                await UseAsync(sessions, $"guest{guest}", $"create temporary table of_guest{guest} (x int)");
        }

        await using var session = await sessions.RentAsync("home", Often, Token);
        (await AskAsync(session, "select to_regclass('pg_temp.of_home') is null")).ShouldBe(true);
        (await AskAsync(session, "select count(*) from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'r'"))
            .ShouldBeOfType<long>().ShouldBeLessThan(40);
    }

    private static PullSessions New(TestDatabase database, int shared, TimeProvider? time = null) => new(
        new TargetDatabase(database.DataSource),
        new SyncOptions { SharedSessions = shared, ParallelLoads = 1, ParallelLongPulls = 1 },
        time ?? TimeProvider.System);

    /// <returns>Which backend it was.</returns>
    private static async Task<int> UseAsync(PullSessions sessions, string name, string sql)
    {
        await using var session = await sessions.RentAsync(name, Often, Token);
        await AskAsync(session, sql);
        session.NoteSound();
        return (await session.ConnectAsync(Token)).ProcessID;
    }

    private static async Task<object?> AskAsync(PullSession session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, await session.ConnectAsync(Token));
        return await command.ExecuteScalarAsync(Token);
    }

    /// <summary>Returns when the backend is gone.</summary>
    private static async Task KillAsync(TestDatabase database, int pid)
    {
        await using var command = database.DataSource.CreateCommand($"select pg_terminate_backend({pid})");
        (await command.ExecuteScalarAsync(Token)).ShouldBe(true);
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                await using var look = database.DataSource.CreateCommand($"select count(*) from pg_stat_activity where pid = {pid}");
                return await look.ExecuteScalarAsync(Token) is 0L;
            },
            "the backend is gone",
            cancellationToken: Token);
    }
}
