using Shouldly;
using Tandem.Sync.Running;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Running;

/// <summary>architecture.md, "Ownership and scale": a bounded number of pulls, and none of them waits without end.</summary>
public sealed class SlotQueueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Homes_are_shared_out_evenly_and_kept()
    {
        var queue = new SlotQueue(3);

        string[] names = ["a", "b", "c", "d", "e", "f"];
        names.Select(queue.HomeOf).ShouldBe([0, 1, 2, 0, 1, 2]);
        names.Reverse().Select(queue.HomeOf).ShouldBe([2, 1, 0, 2, 1, 0]);
        (await queue.TakeAsync("e", Token)).ShouldBe(1);
    }

    [Fact]
    public async Task A_guest_takes_any_free_slot_rather_than_wait()
    {
        var queue = new SlotQueue(3);
        (await queue.TakeAsync("a", Token)).ShouldBe(0);
        (await queue.TakeAsync("a", Token)).ShouldBe(1);
        (await queue.TakeAsync("a", Token)).ShouldBe(2);
        queue.Waiting.ShouldBe(0);

        var waiting = queue.TakeAsync("a", Token);
        waiting.IsCompleted.ShouldBeFalse();
        queue.Free(1);

        (await waiting).ShouldBe(1);
    }

    [Fact]
    public async Task A_slot_goes_to_who_is_at_home_there_before_an_older_guest()
    {
        var queue = new SlotQueue(2);
        await queue.TakeAsync("a", Token);
        await queue.TakeAsync("b", Token);
        var older = queue.TakeAsync("a", Token);
        var younger = queue.TakeAsync("b", Token);

        queue.Free(1);
        (await younger).ShouldBe(1);
        older.IsCompleted.ShouldBeFalse();
        queue.Free(1);
        (await older).ShouldBe(1);
    }

    [Fact]
    public async Task The_oldest_is_passed_over_only_so_often()
    {
        var queue = new SlotQueue(2);
        await queue.TakeAsync("a", Token);
        await queue.TakeAsync("b", Token);
        var oldest = queue.TakeAsync("a", Token);
        var others = Enumerable.Range(0, SlotQueue.Patience + 1).Select(_ => queue.TakeAsync("b", Token)).ToList();

        for (var turn = 0; turn < SlotQueue.Patience; turn++)
        {
            queue.Free(1);
            (await others[turn]).ShouldBe(1);
            oldest.IsCompleted.ShouldBeFalse();
        }

        queue.Free(1);
        (await oldest).ShouldBe(1);
        others[^1].IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task No_slot_is_given_twice_or_lost_under_many_threads()
    {
        var queue = new SlotQueue(4);
        var turns = new int[40];
        var users = new int[4];
        await Task.WhenAll(Enumerable.Range(0, turns.Length).Select(number => Task.Run(async () =>
        {
            for (; turns[number] < 50; turns[number]++)
            {
                var slot = await queue.TakeAsync($"{number}", Token);
                Interlocked.Increment(ref users[slot]).ShouldBe(1);
                await Task.Yield();
                Interlocked.Decrement(ref users[slot]);
                queue.Free(slot);
            }
        })));

        turns.ShouldAllBe(count => count == 50);
        queue.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_slot_to_the_next()
    {
        var queue = new SlotQueue(1);
        await queue.TakeAsync("a", Token);
        using var stop = new CancellationTokenSource();
        var first = queue.TakeAsync("b", stop.Token);
        var second = queue.TakeAsync("c", Token);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        queue.Free(0);

        (await second).ShouldBe(0);
        queue.Free(0);
        (await queue.TakeAsync("d", Token)).ShouldBe(0);
    }
}
