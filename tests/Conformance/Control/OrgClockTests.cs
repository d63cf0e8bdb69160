using Shouldly;
using Tandem.Simulator;
using Tandem.Simulator.Control;
using Xunit;

namespace Tandem.Tests.Conformance.Control;

/// <summary>The org's time and its timers. Source: salesforce-api.md, section 12.</summary>
public sealed class OrgClockTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly OrgClock _clock = new(TimeProvider.System);

    public OrgClockTests()
    {
        _clock.Freeze();
        _clock.Set(Noon);
    }

    [Fact]
    public void A_frozen_time_stands_until_it_is_moved()
    {
        _clock.GetUtcNow().ShouldBe(Noon);
        _clock.Advance(TimeSpan.FromMinutes(5));
        _clock.GetUtcNow().ShouldBe(Noon.AddMinutes(5));
        _clock.Set(Noon.AddDays(-1));
        _clock.GetUtcNow().ShouldBe(Noon.AddDays(-1));
    }

    [Fact]
    public async Task Answers_are_dated_by_the_orgs_time()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await SimulatorServer.StartAsync(new SimulatorOptions { Rows = 0 }, _clock, token);
        using var http = new HttpClient { BaseAddress = server.BaseAddress };

        using var answer = await http.GetAsync(new Uri("/services/data", UriKind.Relative), token);

        answer.Headers.Date.ShouldBe(Noon);
    }

    [Fact]
    public void A_resumed_time_goes_on_from_where_it_stood()
    {
        _clock.Resume();
        _clock.IsFrozen.ShouldBeFalse();
        _clock.GetUtcNow().ShouldBeInRange(Noon, Noon.AddMinutes(1));
        _clock.Advance(TimeSpan.FromHours(1));
        _clock.GetUtcNow().ShouldBeInRange(Noon.AddHours(1), Noon.AddHours(1).AddMinutes(1));
    }

    [Fact]
    public async Task Advancing_past_a_delay_ends_it()
    {
        var delay = After(TimeSpan.FromHours(2));
        _clock.Advance(TimeSpan.FromMinutes(119));
        delay.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await delay;
    }

    [Fact]
    public async Task Setting_a_later_time_fires_what_was_due_before_it()
    {
        var delay = After(TimeSpan.FromDays(40));
        _clock.Set(Noon.AddDays(41));
        await delay;
    }

    [Fact]
    public void Going_back_neither_fires_nor_lengthens_a_wait()
    {
        var start = _clock.GetTimestamp();
        _clock.Set(Noon.AddHours(-3));
        _clock.GetElapsedTime(start).ShouldBe(TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _clock.GetElapsedTime(start).ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_periodic_timer_fires_once_for_each_period_that_passes()
    {
        using var fired = new SemaphoreSlim(0);
        await using var timer = _clock.CreateTimer(_ => fired.Release(), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        for (var round = 0; round < 3; round++)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            await fired.WaitAsync(TestContext.Current.CancellationToken);
        }

        fired.CurrentCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_running_time_fires_by_itself()
    {
        _clock.Resume();
        await After(TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public void Time_does_not_advance_backwards() =>
        Should.Throw<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromSeconds(-1)));

    /// <summary>Done when a timer of the org's clock fires.</summary>
    private async Task After(TimeSpan wait)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = _clock.CreateTimer(_ => fired.TrySetResult(), null, wait, Timeout.InfiniteTimeSpan);
        await fired.Task;
    }
}
