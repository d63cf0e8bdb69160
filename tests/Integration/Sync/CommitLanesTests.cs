using Npgsql;
using Shouldly;
using Tandem.Postgres;
using Tandem.Sync.Push;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>Which commits of outcomes go side by side, and which wait.</summary>
public sealed class CommitLanesTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private TargetDatabase _target = null!;
    private CommitLanes _lanes = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _target = new TargetDatabase(_database.DataSource);
        _lanes = new CommitLanes(_target);
    }

    public async ValueTask DisposeAsync()
    {
        await _lanes.DisposeAsync();
        await _target.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Two_commits_go_side_by_side_over_sessions_of_their_own_and_the_third_waits()
    {
        var (first, second, third) = (new Commit(), new Commit(), new Commit());
        await StartAsync(first);
        await StartAsync(second);
        (await first.Begun).ShouldNotBeSameAs(await second.Begun);

        var starting = StartAsync(third);
        starting.IsCompleted.ShouldBeFalse();
        second.End();
        await starting;
        (await third.Begun).ShouldBeSameAs(await second.Begun);
        first.End();
        third.End();
        await _lanes.Running;
    }

    [Fact]
    public async Task What_tells_of_new_records_waits_for_all_and_all_wait_for_it()
    {
        var (before, alone, behind) = (new Commit(), new Commit(), new Commit());
        await StartAsync(before);
        var starting = StartAsync(alone, isAlone: true);
        starting.IsCompleted.ShouldBeFalse();
        before.End();
        await starting;

        var waiting = StartAsync(behind);
        waiting.IsCompleted.ShouldBeFalse();
        alone.End();
        await waiting;
        behind.End();
        await _lanes.Running;
    }

    [Fact]
    public async Task A_commit_knows_what_had_begun_before_it()
    {
        var (first, second) = (new Commit(), new Commit());
        await StartAsync(first);
        await StartAsync(second);
        second.Earlier.IsCompleted.ShouldBeFalse();
        first.End();
        await second.Earlier;
        second.End();
        await _lanes.Running;
    }

    [Fact]
    public async Task A_commit_that_failed_lets_none_begin_after_it()
    {
        var (first, second) = (new Commit(), new Commit());
        await StartAsync(first);
        await StartAsync(second);
        second.Fail(new TimeoutException("gone"));

        (await Should.ThrowAsync<TimeoutException>(() => StartAsync(new Commit()))).Message.ShouldBe("gone");
        first.End();
        await Should.ThrowAsync<TimeoutException>(() => _lanes.Running);
    }

    [Fact]
    public async Task A_commit_that_failed_beside_one_that_ended_lets_none_begin_either()
    {
        var (first, second) = (new Commit(), new Commit());
        await StartAsync(first);
        await StartAsync(second);
        second.Fail(new TimeoutException("gone"));
        first.End();

        await Should.ThrowAsync<TimeoutException>(() => StartAsync(new Commit()));
    }

    [Fact]
    public async Task The_second_place_is_counted_in_its_database_and_goes_back_when_there_is_nothing_to_commit()
    {
        var all = _target.SecondCommits.CurrentCount;
        for (var taken = 0; taken < all; taken++)
            await _target.SecondCommits.WaitAsync(TestContext.Current.CancellationToken);
        var (first, second) = (new Commit(), new Commit());
        await StartAsync(first);
        var starting = StartAsync(second);
        starting.IsCompleted.ShouldBeFalse();
        first.End();
        await starting;
        (await second.Begun).ShouldBeSameAs(await first.Begun);

        _target.SecondCommits.Release(1);
        var third = new Commit();
        await StartAsync(third);
        _target.SecondCommits.CurrentCount.ShouldBe(0);
        second.End();
        third.End();
        await _lanes.Running;
        await _lanes.RestAsync();

        _target.SecondCommits.CurrentCount.ShouldBe(1);
    }

    private Task StartAsync(Commit commit, bool isAlone = false) =>
        _lanes.StartAsync(isAlone, commit.RunAsync, TestContext.Current.CancellationToken);

    /// <summary>A commit that takes as long as the test wants it to.</summary>
    private sealed class Commit
    {
        private readonly TaskCompletionSource<NpgsqlConnection> _begun = new();
        private readonly TaskCompletionSource _end = new();

        public Task<NpgsqlConnection> Begun => _begun.Task;

        public Task Earlier { get; private set; } = Task.CompletedTask;

        public Task RunAsync(NpgsqlConnection connection, Task earlier)
        {
            Earlier = earlier;
            _begun.SetResult(connection);
            return _end.Task;
        }

        public void End() => _end.SetResult();

        public void Fail(Exception exception) => _end.SetException(exception);
    }
}
