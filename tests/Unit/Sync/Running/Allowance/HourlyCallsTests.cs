using Shouldly;
using Tandem.Sync.Running.Allowance;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Running.Allowance;

/// <summary>Calls by the hour, and their sum over the last day.</summary>
public sealed class HourlyCallsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Calls_count_for_a_day_and_age_out_over_an_hour()
    {
        var calls = new HourlyCalls();
        calls.Add(HourlyCalls.HourOf(Noon), 60);
        calls.Add(HourlyCalls.HourOf(Noon.AddMinutes(59)), 40);

        calls.SumAt(Noon.AddMinutes(59)).ShouldBe(100);
        calls.SumAt(Noon.AddHours(24)).ShouldBe(100);
        calls.SumAt(Noon.AddHours(24.25)).ShouldBe(75, 0.001);
        calls.SumAt(Noon.AddHours(25)).ShouldBe(0, 0.001);
        calls.SumAt(Noon.AddDays(40)).ShouldBe(0);
    }

    [Fact]
    public void An_hour_takes_the_place_of_the_one_before_it_by_a_day()
    {
        var calls = new HourlyCalls();
        for (var hour = 0; hour < 100; hour++)
            calls.Add(HourlyCalls.HourOf(Noon.AddHours(hour)), 1);

        calls.SumAt(Noon.AddHours(100)).ShouldBe(24);
        calls.Add(HourlyCalls.HourOf(Noon), 1_000);
        calls.SumAt(Noon.AddHours(100)).ShouldBe(24, "a moment that is long past counts nothing");
    }

    [Fact]
    public void An_hour_begins_where_its_number_says()
    {
        var hour = HourlyCalls.HourOf(Noon.AddMinutes(59));
        HourlyCalls.StartOf(hour).ShouldBe(Noon.UtcDateTime);
    }
}
