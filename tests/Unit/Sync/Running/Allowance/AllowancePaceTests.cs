using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Sync.Running.Allowance;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Running.Allowance;

/// <summary>How fast calls may be spent, from counts alone.</summary>
public sealed class AllowancePaceTests
{
    private static readonly AllowanceOptions Options = new();
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static Arbitrary<(int Used, int Limit, int Seconds)> Cases { get; } = (
        from limit in Gen.Choose(0, 100_000)
        from used in Gen.Choose(0, 120_000)
        from seconds in Gen.OneOf(Gen.Choose(1, 60), Gen.Choose(60, 86_400))
        select (used, limit, seconds)).ToArbitrary();

    [Theory]
    [InlineData(0)]
    [InlineData(699)]
    [InlineData(700)]
    public void Polls_come_as_asked_up_to_seven_tenths_of_the_budget(int used) =>
        IntervalOf(used, 1_000, TimeSpan.FromSeconds(10)).ShouldBe(TimeSpan.FromSeconds(10));

    [Fact]
    public void Polls_slow_smoothly_above_it()
    {
        // 8,640 wanted: at 71 % the first thirtieth of the way to a pace that spends 290 calls in half a day.
        IntervalOf(710, 1_000, TimeSpan.FromSeconds(10)).TotalSeconds.ShouldBe(14.6, 0.1);
        IntervalOf(850, 1_000, TimeSpan.FromSeconds(10)).TotalMinutes.ShouldBe(2.48, 0.01);
        IntervalOf(999, 1_000, TimeSpan.FromSeconds(10)).ShouldBe(Options.LongestInterval);
    }

    [Fact]
    public void Polls_never_come_sooner_than_asked_nor_later_than_the_longest_interval() => Prop.ForAll(
        Cases,
        each =>
        {
            var asked = TimeSpan.FromSeconds(each.Seconds);
            var given = IntervalOf(each.Used, each.Limit, asked);
            return given >= asked && (given <= Options.LongestInterval || given == asked);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_more_is_used_or_the_less_is_allowed_the_slower_polls_are() => Prop.ForAll(
        Cases,
        each =>
        {
            var asked = TimeSpan.FromSeconds(each.Seconds);
            var given = IntervalOf(each.Used, each.Limit, asked);
            return IntervalOf(each.Used + 1, each.Limit, asked) >= given
                && IntervalOf(each.Used, each.Limit + 1, asked) <= given
                && IntervalOf(each.Used, each.Limit, asked + TimeSpan.FromSeconds(1)) >= given;
        }).QuickCheckThrowOnFailure();

    /// <summary>Where a poll costs more than was reckoned with, one in the longest interval may go beyond the budget.</summary>
    [Fact]
    public void A_budget_is_kept_by_whoever_follows() => Prop.ForAll(
        (from limit in Gen.Choose(1_000, 30_000)
         from seconds in Gen.Choose(1, 600)
         from cost in Gen.Choose(1, 3)
         select (limit, seconds, cost)).ToArbitrary(),
        each => MostUsed(each.limit, TimeSpan.FromSeconds(each.seconds), each.cost)
            <= each.limit + (each.cost == 1 ? 0 : each.cost * Day / Options.LongestInterval)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_budget_is_not_left_unused_for_fear_of_its_end() =>
        MostUsed(3_000, TimeSpan.FromSeconds(10), cost: 1).ShouldBeGreaterThan(2_400);

    [Fact]
    public void A_connection_has_its_share_and_less_where_others_use_the_org_up()
    {
        AllowancePace.LimitOf(0.8, used: 100, orgUsed: 200, orgMaximum: 10_000, Options).ShouldBe(8_000);
        AllowancePace.LimitOf(0.8, used: 100, orgUsed: 9_000, orgMaximum: 10_000, Options).ShouldBe(600);
        AllowancePace.LimitOf(0.8, used: 100, orgUsed: 9_900, orgMaximum: 10_000, Options).ShouldBe(100);
    }

    [Theory]
    [InlineData(CallKind.Deletes, 900)]
    [InlineData(CallKind.Verify, 900)]
    [InlineData(CallKind.Formulas, 900)]
    [InlineData(CallKind.Load, 950)]
    [InlineData(CallKind.Poll, int.MaxValue)]
    [InlineData(CallKind.Push, int.MaxValue)]
    [InlineData(CallKind.Other, int.MaxValue)]
    public void What_matters_less_waits_first(CallKind kind, int from)
    {
        AllowancePace.Allows(kind, 899, 1_000, Options).ShouldBeTrue();
        AllowancePace.Allows(kind, 900, 1_000, Options).ShouldBe(from > 900);
        AllowancePace.Allows(kind, 950, 1_000, Options).ShouldBe(from > 950);
        AllowancePace.Allows(kind, 0, 0, Options).ShouldBe(from == int.MaxValue);
    }

    private static TimeSpan IntervalOf(double used, double limit, TimeSpan asked) => AllowancePace.IntervalOf(
        asked, AllowancePace.StretchOf(used, limit, Day / asked, Options), Options);

    /// <summary>Polls for three days as the pace gives it, and looks at every 24 hours.</summary>
    private static double MostUsed(int limit, TimeSpan asked, int cost)
    {
        var polls = new Queue<TimeSpan>();
        var most = 0;
        for (var now = TimeSpan.Zero; now < 3 * Day; now += IntervalOf(polls.Count * cost, limit, asked))
        {
            while (polls.TryPeek(out var oldest) && now - oldest > Day)
                polls.Dequeue();
            polls.Enqueue(now);
            most = Math.Max(most, polls.Count * cost);
        }

        return most;
    }
}
