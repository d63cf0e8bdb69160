using Shouldly;
using Tandem.Postgres.Load;
using Tandem.Sync.Freshness;
using Xunit;

namespace Tandem.Tests.Unit.Sync.Freshness;

/// <summary>When derived columns are read again, and from which stamp of a parent.</summary>
public sealed class FreshnessScheduleTests
{
    private static readonly DateTime Noon = new(2026, 3, 28, 12, 0, 0, DateTimeKind.Utc);
    private static readonly FreshnessOptions Options = new();
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData("UTC", "2026-03-29T00:02:00")]
    [InlineData("America/Los_Angeles", "2026-03-29T07:02:00")]
    [InlineData("Asia/Kolkata", "2026-03-28T18:32:00")]
    [InlineData("Europe/Berlin", "2026-03-28T23:02:00")]
    public void A_day_begins_at_midnight_of_the_users_zone(string zone, string due)
    {
        var plan = Plan(zone);
        var part = new FreshnessPart { Key = "day", CoveredDay = FreshnessSchedule.DayAt(Noon, plan, Options) };
        var at = FreshnessSchedule.DueAt(FreshnessPartKind.Day, part, plan, Options);
        at.ShouldBe(DateTime.Parse(due, System.Globalization.CultureInfo.InvariantCulture));
        FreshnessSchedule.DayAt(at, plan, Options).ShouldBe(new DateOnly(2026, 3, 29));
    }

    [Fact]
    public void A_sweep_spreads_its_rows_over_the_interval()
    {
        var part = new FreshnessPart { Key = "sweep" }.Begin(Noon, "plan") with { RowsExpected = 10_000 };
        DueAt(part).ShouldBe(Noon);
        DueAt(part with { RowsDone = 5_000 }).ShouldBe(Noon.AddHours(3));
        DueAt(part with { RowsDone = 20_000 }).ShouldBe(Noon.AddHours(6));
        DueAt(new FreshnessPart { Key = "sweep" }).ShouldBe(DateTime.MinValue);

        static DateTime DueAt(FreshnessPart part) => FreshnessSchedule.DueAt(FreshnessPartKind.Sweep, part, Plan("UTC"), Options);
    }

    [Fact]
    public void A_run_that_was_cut_off_is_due_at_once()
    {
        var begun = new FreshnessPart { Key = "parents" }.Begin(Noon, "plan");
        FreshnessSchedule.DueAt(FreshnessPartKind.Parents, begun, Plan("UTC"), Options).ShouldBe(DateTime.MinValue);
        FreshnessSchedule.DueAt(FreshnessPartKind.Parents, begun.End(Noon), Plan("UTC"), Options).ShouldBe(Noon.AddMinutes(9));
        FreshnessSchedule.DueAt(FreshnessPartKind.Day, begun with { CoveredDay = new DateOnly(2026, 3, 28) }, Plan("UTC"), Options)
            .ShouldBe(DateTime.MinValue);
    }

    [Fact]
    public void Behind_a_new_stamp_the_overlap_is_read_until_it_has_passed_and_not_longer()
    {
        var part = new FreshnessPart { Key = "parents", Since = Noon.AddHours(-1) };
        part = Run(part, Noon, found: Noon.AddMinutes(-1));
        part.Since.ShouldBe(Noon.AddMinutes(-11));
        part = Run(part, Noon.AddMinutes(9), found: Noon.AddMinutes(-1));
        part.Since.ShouldBe(Noon.AddMinutes(-11), "a late commit may still come");
        part = Run(part, Noon.AddMinutes(18), found: Noon.AddMinutes(-1));
        part.Since.ShouldBe(Noon.AddMinutes(-1).AddMilliseconds(1));
        part = Run(part, Noon.AddMinutes(27), found: null);
        part.Since.ShouldBe(Noon.AddMinutes(-1).AddMilliseconds(1));
        part = Run(part, Noon.AddMinutes(36), found: Noon.AddMinutes(35));
        part.Since.ShouldBe(Noon.AddMinutes(25));
    }

    [Fact]
    public void Where_no_parent_ever_changed_the_question_stays()
    {
        var part = new FreshnessPart { Key = "parents", Since = Noon };
        Run(part, Noon.AddDays(1), found: null).Since.ShouldBe(Noon);
    }

    private static FreshnessPart Run(FreshnessPart part, DateTime at, DateTime? found) =>
        (part.Begin(at, "plan") with { Found = found }).EndParents(at, Overlap);

    private static FreshnessPlan Plan(string zone)
    {
        var mapped = SampleObjects.Map(null, "Name");
        return new FreshnessPlan
        {
            Source = mapped,
            Narrow = mapped,
            Refresher = new ColumnRefresher(mapped.Table),
            Fields = [],
            Checks = [],
            Zone = TimeZoneInfo.FindSystemTimeZoneById(zone),
            UsesMoment = false,
            NeedsSweep = false,
            Definition = "",
            Digest = "plan",
            MadeAt = Noon,
        };
    }
}
