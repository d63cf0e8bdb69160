using Tandem.Tests.Integration.Seeds;
using Xunit;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>
/// Whatever four writers write and whatever goes wrong on its way, at rest the org equals the tables, nothing was made twice, and each
/// record saw its changes in their order: architecture.md, promises 1, 2, 3, 6 and 7. docs/testing.md tells how to run one seed again.
/// </summary>
public sealed class ChaosPushPropertyTests(ITestOutputHelper output)
{
    private const int SeedsOnCi = 500;

    [Fact(Timeout = 7_200_000)]
    public Task Every_push_ends_with_the_org_equal_to_the_tables_and_nothing_twice() =>
        new SeedProperty<ChaosPlan, ChaosStep>(ChaosPlan.Of, plan => ChaosRun.TryAsync(plan)).HoldAsync(SeedsOnCi, output);
}
