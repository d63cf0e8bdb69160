using Shouldly;
using Tandem.Sync.Verify;
using Xunit;

namespace Tandem.Tests.Unit.Sync;

/// <summary>Windows are cut to what was counted, and spans hold every wanted window once and in order.</summary>
public sealed class WindowPlanTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Windows_are_cut_at_the_ends_of_the_ranges()
    {
        var range = new TimeRange(Start.AddDays(10), Start.AddDays(40));
        var salesforce = new Dictionary<DateTime, long> { [Start] = 3 };
        var postgres = new Dictionary<DateTime, long> { [Start.AddMonths(1)] = 2 };

        var windows = WindowPlan.Build(WindowUnit.Month, [range], salesforce, postgres);

        windows.ShouldBe(
        [
            new VerifyWindow(new TimeRange(Start.AddDays(10), Start.AddMonths(1)), 3, 0),
            new VerifyWindow(new TimeRange(Start.AddMonths(1), Start.AddDays(40)), 0, 2),
        ]);
    }

    [Fact]
    public void Spans_hold_every_wanted_window_once_in_order_and_keep_to_the_limit()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var windows = Enumerable.Range(0, random.Next(0, 40))
                .Select(day => new VerifyWindow(
                    new TimeRange(Start.AddDays(day), Start.AddDays(day + 1)), random.Next(1, 5), random.Next(1, 5)))
                .ToList();
            var limit = random.Next(1, 40);

            var spans = WindowPlan.Join(windows, window => window.IsDifferent, limit);

            foreach (var window in windows.Where(window => window.IsDifferent))
                spans.Count(span => span.Range.From <= window.Range.From && window.Range.To <= span.Range.To).ShouldBe(1, $"seed {seed}");
            for (var at = 1; at < spans.Count; at++)
                (spans[at - 1].Range.To <= spans[at].Range.From).ShouldBeTrue($"seed {seed}");
            foreach (var span in spans)
            {
                var inside = windows.Where(window => window.Range.From >= span.Range.From && window.Range.To <= span.Range.To).ToList();
                span.SalesforceRows.ShouldBe(inside.Sum(window => window.SalesforceRows), $"seed {seed}");
                span.PostgresRows.ShouldBe(inside.Sum(window => window.PostgresRows), $"seed {seed}");
                (span.Rows <= limit || inside.Count == 1).ShouldBeTrue($"seed {seed}");
            }
        }
    }
}
