using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Integration.Sync;

/// <summary>
/// What a poll asks the database when nothing changed: nothing. A pass that is given a closed connection fails with its first statement,
/// which tells. Source: architecture.md, promise 1; heroku-connect.md, section 8.
/// </summary>
public sealed class IdlePollTests
{
    [Fact]
    public async Task A_poll_that_reads_what_the_last_one_read_asks_the_database_nothing()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        var poll = await PrepareAsync(world);
        var id = await world.Org.CreateAsync("Account", new { Name = "new" });
        (await RunAsync(world, poll)).ShouldBe(1);
        (await RunAsync(world, poll)).ShouldBe(0);

        (await RunAsync(world, poll, isClosed: true)).ShouldBe(0);
        (await RunAsync(world, poll, isClosed: true)).ShouldBe(0);

        await world.Org.UpdateAsync("Account", id, new { Name = "changed" });
        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(world, poll, isClosed: true));
        (await RunAsync(world, poll)).ShouldBe(1);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task A_poll_merges_again_when_somebody_else_has_been_in_the_gate()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        var poll = await PrepareDamagedAsync(world);
        (await RunAsync(world, poll)).ShouldBe(0);

        (await world.Find("Account").Gate.EnterAsync(SyncWorld.Token)).Dispose();

        (await RunAsync(world, poll)).ShouldBe(1);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task What_was_damaged_behind_our_back_is_put_right_within_minutes()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 20);
        var poll = await PrepareDamagedAsync(world);

        world.OrgTime.Advance(TimeSpan.FromMinutes(11));
        await world.AskTheTimeAsync();

        (await RunAsync(world, poll)).ShouldBe(1);
        await world.ShouldBeEqualAsync("Account");
    }

    [Fact]
    public async Task Records_that_were_held_are_looked_for_only_when_the_table_was_written()
    {
        await using var world = await SyncWorld.StartAsync(contacts: 5);
        await world.LoadAsync(SyncWorld.Accounts());
        var pass = new HeldRowsPass(
            world.Salesforce,
            new ReadErrors(world.Schema),
            new ColumnWidening(world.Salesforce, NullLogger<ColumnWidening>.Instance),
            NullLogger<HeldRowsPass>.Instance);
        await RunAsync(world, pass);

        (await RunAsync(world, pass, isClosed: true)).ShouldBe(0);

        (await world.Find("Account").Gate.EnterAsync(SyncWorld.Token)).Dispose();
        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(world, pass, isClosed: true));
    }

    private static async Task<Poll> PrepareAsync(SyncWorld world)
    {
        await world.LoadAsync(SyncWorld.Accounts());
        world.OrgTime.Advance(TimeSpan.FromHours(1));
        await world.PollWithDeletesAsync("Account");
        return new Poll(world.Salesforce, new ProgressTable(world.Schema), new SyncOptions(), NullLoggerFactory.Instance);
    }

    /// <summary>A row that the polls know differs from its record, and nobody has entered the gate for that.</summary>
    private static async Task<Poll> PrepareDamagedAsync(SyncWorld world)
    {
        var poll = await PrepareAsync(world);
        var id = await world.Org.CreateAsync("Account", new { Name = "new" });
        await RunAsync(world, poll);
        await RunAsync(world, poll);
        await world.RunAsync(
            $"begin; set local xmlbinary = 'hex'; update salesforce.account set name = 'damaged' where sfid = '{id}'; commit");
        return poll;
    }

    private static async Task<int> RunAsync(SyncWorld world, IPullPass pass, bool isClosed = false)
    {
        var mapping = world.Find("Account");
        await using var connection = isClosed
            ? new NpgsqlConnection(world.Database.ConnectionString)
            : await world.Database.DataSource.OpenConnectionAsync(SyncWorld.Token);
        var turn = new PullTurn
        {
            Mapped = mapping.Mapped, ConnectAsync = _ => ValueTask.FromResult(connection), Gate = mapping.Gate, Progress = mapping.Progress,
        };
        var outcome = await pass.RunAsync(turn, SyncWorld.Token);
        mapping.Note(outcome.Progress);
        return outcome.Changed;
    }
}
