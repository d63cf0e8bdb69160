using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tandem.Sync.Pull;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Pull;

/// <summary>salesforce-api.md, section 10: commit visibility lag.</summary>
public sealed class CommitLagTests
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly PollOptions Options = new();

    [Fact]
    public void The_overlap_is_twice_what_was_seen_between_its_ends()
    {
        CommitLag.Overlap(new PollMarks(), Noon, Options).ShouldBe(TimeSpan.FromMinutes(5));
        CommitLag.Overlap(Seen(TimeSpan.FromMinutes(7)), Noon, Options).ShouldBe(TimeSpan.FromMinutes(14));
        CommitLag.Overlap(Seen(TimeSpan.FromHours(3)), Noon, Options).ShouldBe(TimeSpan.FromMinutes(60));
    }

    [Fact]
    public void What_was_seen_fades_by_half_in_each_half_life()
    {
        var marks = Seen(TimeSpan.FromMinutes(20));
        CommitLag.At(marks, Noon + Options.LagHalfLife, Options).ShouldBe(TimeSpan.FromMinutes(10));
        CommitLag.At(marks, Noon + (2 * Options.LagHalfLife), Options).ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void A_smaller_lag_changes_nothing_until_the_larger_one_has_faded()
    {
        var marks = Seen(TimeSpan.FromMinutes(20));
        CommitLag.Note(marks, TimeSpan.FromMinutes(12), Noon, Options).ShouldBeSameAs(marks);
        var later = Noon + Options.LagHalfLife;
        CommitLag.Note(marks, TimeSpan.FromMinutes(12), later, Options)
            .ShouldBe(marks with { Lag = TimeSpan.FromMinutes(12), LagAt = later });
    }

    [Fact]
    public void What_was_just_noted_is_covered_up_to_the_longest_overlap() =>
        Prop.ForAll(
            (from seen in Gen.Choose(0, 120) from noted in Gen.Choose(0, 120) select (seen, noted)).ToArbitrary(),
            each => Covers(each.seen, each.noted)).QuickCheckThrowOnFailure();

    private static bool Covers(int seenMinutes, int notedMinutes)
    {
        var lag = TimeSpan.FromMinutes(notedMinutes);
        var marks = CommitLag.Note(Seen(TimeSpan.FromMinutes(seenMinutes)), lag, Noon, Options);
        var overlap = CommitLag.Overlap(marks, Noon, Options);
        return overlap >= lag || overlap == Options.LongestOverlap;
    }

    private static PollMarks Seen(TimeSpan lag) => new() { Lag = lag, LagAt = Noon };
}
