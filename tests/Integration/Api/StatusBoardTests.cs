using Shouldly;
using Tandem.Server.Api;
using Tandem.Testing;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Api;

/// <summary>How old the counts may be that are shown: they cost calls of the org, and a page must not wait for them each time.</summary>
public sealed class StatusBoardTests
{
    [Fact]
    public async Task Counts_are_kept_for_a_minute_shown_for_five_and_waited_for_after_that()
    {
        await using var world = await ApiWorld.StartAsync(contacts: 3);
        await world.UntilLoadedAsync();
        var time = new FakeTimeProvider();
        var board = new StatusBoard(world.Connection, time);
        (await RowsAsync(board)).ShouldBe(3);
        await world.Sync.RunAsync("insert into salesforce.contact (lastname) values ('later')");

        time.Advance(TimeSpan.FromSeconds(59));
        (await RowsAsync(board)).ShouldBe(3, "they are fresh");

        time.Advance(TimeSpan.FromMinutes(5));
        (await RowsAsync(board)).ShouldBe(4, "nobody has looked for long");

        await world.Sync.RunAsync("insert into salesforce.contact (lastname) values ('latest')");
        time.Advance(TimeSpan.FromMinutes(2));
        (await RowsAsync(board)).ShouldBe(4, "somebody looks often, and waits for nothing");
        await SyncWorld.UntilAsync(async () => await RowsAsync(board) == 5, "they were counted meanwhile");
    }

    [Fact]
    public async Task A_count_that_the_database_broke_off_is_not_taken_for_a_fresh_one()
    {
        await using var world = await ApiWorld.StartAsync(contacts: 3);
        await world.UntilLoadedAsync();
        var board = new StatusBoard(world.Connection, new FakeTimeProvider());
        await world.Sync.RunAsync("alter table salesforce.contact rename to away");
        (await RowsAsync(board)).ShouldBeNull();

        await world.Sync.RunAsync("alter table salesforce.away rename to contact");

        (await RowsAsync(board)).ShouldBe(3);
    }

    private static async Task<long?> RowsAsync(StatusBoard board) => (await board.ReadAsync(SyncWorld.Token)).Of("Contact")?.DatabaseRows;
}
