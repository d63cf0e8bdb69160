using Shouldly;
using Tandem.Sync.Running.Allowance;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Allowance;

/// <summary>How fast the mappings of a prepared shift may spend calls, by what is stored and by what the org says.</summary>
public sealed class CallBudgetTests
{
    [Fact]
    public async Task A_mapping_keeps_to_its_own_limit_and_goes_on_as_asked_when_the_day_has_rolled()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 940);

        world.Account.PollInterval.ShouldBeGreaterThan(TimeSpan.FromMinutes(5));
        world.Account.HasCallsFor(CallKind.Load).ShouldBeTrue();
        world.Account.HasCallsFor(CallKind.Deletes).ShouldBeFalse();
        var calls = world.Budget.Read(world.Account);
        calls.Reads.ShouldBeInRange(940, 945);
        var sentence = calls.Sentence.ShouldNotBeNull();
        sentence.ShouldStartWith("Polls come every ");
        sentence.ShouldContain("instead of every 10 seconds: 94");
        sentence.ShouldContain("of the 1,000 API calls that this mapping may use in 24 hours are used");
        world.Budget.FindSlowed().ShouldBe([new SlowedPolls("Account")]);
        world.Budget.Read().Sentence.ShouldBeNull("the connection has enough");

        world.Time.Advance(TimeSpan.FromHours(25));

        world.Account.PollInterval.ShouldBe(TimeSpan.FromSeconds(10));
        world.Account.HasCallsFor(CallKind.Deletes).ShouldBeTrue();
        world.Budget.Read(world.Account).Sentence.ShouldBeNull();
        world.Budget.FindSlowed().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_sentence_says_from_which_hour_on_polls_come_as_asked()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 940);
        var hour = world.Time.GetUtcNow().UtcDateTime.AddHours(24);

        // The calls of one hour age out in the course of the same hour of the next day.
        world.Budget.Read(world.Account).Sentence.ShouldNotBeNull().ShouldContain($"not before {hour.AddHours(1):HH}:00 UTC");
    }

    [Fact]
    public async Task The_connection_keeps_to_its_share_of_the_org()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 900, share: 10, AllowanceWorld.Accounts(calls: 30_000));
        world.Org.Max = 10_000;
        await world.HearTheOrgAsync();

        var calls = world.Budget.Read();
        (calls.Limit, calls.Share, calls.IsSlowed).ShouldBe((1_000, 10, true));
        calls.Sentence.ShouldNotBeNull().ShouldContain(
            "of the 1,000 API calls that this connection may use in 24 hours (10 % of the org's)");
        world.Account.PollInterval.ShouldBeGreaterThan(TimeSpan.FromMinutes(2));
        world.Budget.FindSlowed().ShouldBe([new SlowedPolls(null)]);
    }

    [Fact]
    public async Task What_others_use_of_the_org_slows_polls_too_until_they_use_less()
    {
        await using var world = await AllowanceWorld.StartAsync();
        await world.HearTheOrgAsync();
        world.Account.PollInterval.ShouldBe(TimeSpan.FromSeconds(10));

        world.Org.Used = world.Org.Max - 3_000;
        await world.HearTheOrgAsync();

        world.Account.PollInterval.ShouldBe(new AllowanceOptions().LongestInterval);
        world.Account.HasCallsFor(CallKind.Load).ShouldBeFalse();
        world.Account.HasCallsFor(CallKind.Push).ShouldBeTrue();
        world.Budget.Read().Sentence.ShouldNotBeNull().ShouldContain("of its 100,000 API calls of 24 hours left, for all its clients");

        world.Org.Used = 100;
        await world.HearTheOrgAsync();

        world.Account.PollInterval.ShouldBe(TimeSpan.FromSeconds(10));
        world.Budget.Read().Sentence.ShouldBeNull();
    }

    [Fact]
    public async Task Slowed_ticks_are_looks_and_one_in_many_is_a_poll()
    {
        await using var world = await AllowanceWorld.StartAsync(used: 940);
        using var timer = new PollTimer(world.Account.Asked.PollInterval, () => world.Account.PollInterval, world.Time);
        timer.NotePoll();
        var since = world.Time.GetUtcNow();
        var given = world.Account.PollInterval;

        while (!timer.IsDue())
            world.Time.Advance(TimeSpan.FromSeconds(10));

        (world.Time.GetUtcNow() - since).ShouldBeInRange(given, given + TimeSpan.FromSeconds(10));
        timer.NotePoll();
        world.Time.Advance(TimeSpan.FromHours(25));
        timer.IsDue().ShouldBeTrue();
        timer.NotePoll();
        world.Time.Advance(TimeSpan.FromSeconds(1));
        timer.IsDue().ShouldBeTrue("each tick is for a poll again");
    }

    [Fact]
    public async Task A_slowed_poll_of_a_long_interval_looks_each_minute_and_comes_at_the_longest_interval()
    {
        var rare = AllowanceWorld.Accounts(calls: 10) with { PollInterval = TimeSpan.FromMinutes(40) };
        await using var world = await AllowanceWorld.StartAsync(used: 20, share: 80, rare);
        using var timer = new PollTimer(world.Account.Asked.PollInterval, () => world.Account.PollInterval, world.Time);
        timer.NotePoll();
        timer.IsDue().ShouldBeFalse();
        var tick = timer.WaitAsync(SyncWorld.Token);

        world.Time.Advance(TimeSpan.FromMinutes(1));

        tick.IsCompleted.ShouldBeTrue();
        world.Time.Advance(TimeSpan.FromMinutes(58));
        timer.IsDue().ShouldBeFalse();
        world.Time.Advance(TimeSpan.FromMinutes(1));
        timer.IsDue().ShouldBeTrue();
    }
}
