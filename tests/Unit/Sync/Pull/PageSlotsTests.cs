using Shouldly;
using Tandem.Sync.Pull.Load;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Pull;

/// <summary>architecture.md, ownership and scale: memory is bounded by configuration, never by the number of rows.</summary>
public sealed class PageSlotsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(8 * 1024 * 1024, 1)]
    [InlineData(64 * 1024 * 1024, 8)]
    [InlineData(64 * 1024 * 1024 - 1, 7)]
    public void There_are_as_many_as_fit_into_the_memory_and_at_least_one(long memory, int slots) =>
        new PageSlots(new SyncOptions { LoadMemory = memory }).Count.ShouldBe(slots);

    [Fact]
    public async Task A_page_waits_until_another_has_left_and_leaving_twice_frees_one_slot()
    {
        var slots = new PageSlots(new SyncOptions { LoadMemory = 1 });
        var first = await slots.EnterAsync(TestContext.Current.CancellationToken);
        var second = slots.EnterAsync(TestContext.Current.CancellationToken);
        var third = slots.EnterAsync(TestContext.Current.CancellationToken);
        second.IsCompleted.ShouldBeFalse();

        first.Dispose();
        first.Dispose();

        (await second).ShouldNotBeNull();
        third.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_stops_waiting_takes_no_slot_along()
    {
        var slots = new PageSlots(new SyncOptions { LoadMemory = 1 });
        var first = await slots.EnterAsync(TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var waiting = slots.EnterAsync(stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        first.Dispose();

        (await slots.EnterAsync(TestContext.Current.CancellationToken)).Dispose();
    }
}
