using Tandem.Tests.Integration.Seeds;
using Xunit;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// Whatever happens to the org, to the database, to the wire and to the program, once nothing happens any more both sides are equal and
/// nothing is there twice: architecture.md, promises 1 to 4, 6 and 7. docs/testing.md tells how to run one seed again.
/// </summary>
public sealed class ConvergencePropertyTests(ITestOutputHelper output)
{
    private const int SeedsOnCi = 500;

    [Fact(Timeout = 1_800_000)]
    public Task Every_plan_ends_with_both_sides_equal() =>
        new SeedProperty<Plan, Step>(Plan.Of, plan => PlanRun.TryAsync(plan)).HoldAsync(SeedsOnCi, output);
}
