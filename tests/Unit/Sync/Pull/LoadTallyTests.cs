using Shouldly;
using Tandem.Sync.Pull;
using Tandem.Sync.Pull.Load;
using Tandem.Testing;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Pull;

/// <summary>What a person sees of a load under way.</summary>
public sealed class LoadTallyTests
{
    [Fact]
    public void Tells_rate_and_time_left_of_this_run_alone()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var seen = new List<Progress>();
        var tally = new LoadTally(new Progress { ObjectName = "Account", RowsLoaded = 400, RowsTotal = 1_000 }, seen.Add, time);

        time.Advance(TimeSpan.FromSeconds(2));
        tally.Add(100);
        time.Advance(TimeSpan.FromSeconds(2));
        tally.Add(100);

        seen.Select(progress => progress.RowsLoaded).ShouldBe([500, 600]);
        (seen[^1].RowsPerSecond, seen[^1].TimeLeft).ShouldBe((50, TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public void Rows_of_a_page_that_failed_no_longer_count()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var tally = new LoadTally(new Progress { ObjectName = "Account", RowsTotal = 100 }, _ => { }, time);

        tally.Add(30);
        tally.Add(-30);

        (tally.Progress.RowsLoaded, tally.Progress.RowsPerSecond, tally.Progress.TimeLeft).ShouldBe((0, null, null));
    }
}
