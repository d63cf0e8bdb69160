using System.Collections.Concurrent;
using Tandem.Tests.Integration.Lives;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// Whatever happens to the org, to the database, to the wire and to the program, once nothing happens any more both sides are equal and
/// nothing is there twice: architecture.md, promises 1 to 4, 6 and 7. docs/testing.md tells how to run one seed again.
/// </summary>
public sealed class ConvergencePropertyTests(ITestOutputHelper output)
{
    private const int SeedsOnCi = 500;
    private const int AtOnce = 3;
    private const int MostFailures = 4;

    [Fact(Timeout = 1_800_000)]
    public async Task Every_plan_ends_with_both_sides_equal()
    {
        var started = TimeProvider.System.GetTimestamp();
        var seeds = SeedRange.Read(SeedsOnCi);
        var failures = new ConcurrentQueue<PlanFailure>();
        await Parallel.ForEachAsync(
            seeds,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = SyncWorld.Token },
            async (seed, _) =>
            {
                if (failures.Count < MostFailures && await PlanRun.TryAsync(Plan.Of(seed)) is { } failure)
                    failures.Enqueue(failure);
            });
        output.WriteLine($"{seeds.Count} seeds in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s");
        if (failures.IsEmpty)
            return;
        var smallest = failures.MinBy(failure => failure.Plan.Steps.Count);
        foreach (var failure in failures)
            output.WriteLine($"seed {failure.Plan.Seed}: {string.Join(" / ", failure.Broken)}");
        var shrunk = smallest is null ? null : await Shrinking.ShrinkAsync(
            smallest, failure => failure.Plan.Steps, (failure, steps) => PlanRun.TryAsync(failure.Plan with { Steps = steps }));
        Assert.Fail(shrunk?.ToString() ?? "");
    }
}
