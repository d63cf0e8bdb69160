using Shouldly;
using Tandem.Cli.Remote;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Cli;

/// <summary>What a person reads while a load goes on.</summary>
public sealed class LoadPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Tells_rows_rate_and_time_left()
    {
        var pace = new LoadPace(_time);
        pace.Describe(new LoadStep("Contact", 0, 40_000)).ShouldBe("Contact: 0 of 40,000 rows");

        _time.Advance(TimeSpan.FromSeconds(4));
        pace.Describe(new LoadStep("Contact", 12_000, 40_000)).ShouldBe("Contact: 12,000 of 40,000 rows, 3,000/s, 10 s left");
        _time.Advance(TimeSpan.FromSeconds(4));
        pace.Describe(new LoadStep("Contact", 40_000, 40_000)).ShouldBe("Contact: 40,000 of 40,000 rows, 5,000/s, 0 s left");
    }

    [Fact]
    public void Tells_less_while_less_is_known()
    {
        var pace = new LoadPace(_time);
        pace.Describe(new LoadStep("Contact", 500, null)).ShouldBe("Contact: 500 rows");

        _time.Advance(TimeSpan.FromSeconds(2));
        pace.Describe(new LoadStep("Contact", 500, null)).ShouldBe("Contact: 500 rows");
        pace.Describe(new LoadStep("Contact", 1_500, null)).ShouldBe("Contact: 1,500 rows, 500/s");
    }

    [Fact]
    public void A_load_that_begins_anew_is_reckoned_anew()
    {
        var pace = new LoadPace(_time);
        pace.Describe(new LoadStep("Contact", 900, 1_000));
        _time.Advance(TimeSpan.FromSeconds(10));

        pace.Describe(new LoadStep("Contact", 100, 1_000)).ShouldBe("Contact: 100 of 1,000 rows");
        _time.Advance(TimeSpan.FromSeconds(1));
        pace.Describe(new LoadStep("Contact", 400, 1_000)).ShouldBe("Contact: 400 of 1,000 rows, 300/s, 2 s left");
    }
}
