using Shouldly;
using Tandem.Server.Access;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Server;

/// <summary>How attempts are counted: some in a row, then one each interval, in bounded memory that forgets who owes least.</summary>
public sealed class AttemptLimiterTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void After_some_attempts_in_a_row_one_each_interval_is_left()
    {
        var limiter = Limiter(burst: 3);
        Take(limiter, "a", 5).ShouldBe([0, 0, 0, 60, 60]);
        limiter.Take("b").ShouldBe(TimeSpan.Zero);

        _time.Advance(TimeSpan.FromSeconds(20));
        limiter.Take("a").ShouldBe(TimeSpan.FromSeconds(40));
        _time.Advance(TimeSpan.FromSeconds(40));
        Take(limiter, "a", 2).ShouldBe([0, 60]);
        _time.Advance(TimeSpan.FromHours(1));
        Take(limiter, "a", 4).ShouldBe([0, 0, 0, 60]);
    }

    [Fact]
    public void A_refused_attempt_costs_nothing()
    {
        var limiter = Limiter(burst: 1);
        Take(limiter, "a", 100);
        _time.Advance(Interval);
        limiter.Take("a").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void The_right_attempt_forgives_the_wrong_ones()
    {
        var limiter = Limiter(burst: 2);
        Take(limiter, "a", 2);
        limiter.Forgive("a");
        Take(limiter, "a", 3).ShouldBe([0, 0, 60]);
    }

    [Fact]
    public void A_flood_of_names_neither_fills_the_memory_nor_frees_a_key_under_attack()
    {
        var limiter = Limiter(burst: 5, capacity: 100);
        Take(limiter, "attacked", 5);
        for (var name = 0; name < 10_000; name++)
        {
            limiter.Take($"name {name}").ShouldBe(TimeSpan.Zero);
            limiter.Remembered.ShouldBeLessThanOrEqualTo(100);
        }

        limiter.Take("attacked").ShouldBe(Interval);
    }

    [Fact]
    public void Keys_that_have_paid_go_first()
    {
        var limiter = Limiter(burst: 5, capacity: 4);
        foreach (var key in new[] { "a", "b", "c" })
            limiter.Take(key);
        _time.Advance(Interval);
        Take(limiter, "d", 5);
        limiter.Take("e");
        limiter.Remembered.ShouldBe(2);
        limiter.Take("d").ShouldBe(Interval);
    }

    private AttemptLimiter Limiter(int burst, int capacity = 100) => new(burst, Interval, capacity, _time);

    private static int[] Take(AttemptLimiter limiter, string key, int times) =>
        [.. Enumerable.Range(0, times).Select(_ => (int)limiter.Take(key).TotalSeconds)];
}
