using System.Collections.Concurrent;
using System.Globalization;
using Tandem.Tests.Integration.Lives;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>
/// Whatever four writers write and whatever goes wrong on its way, at rest the org equals the tables, nothing was made twice, and each
/// record saw its changes in their order: architecture.md, promises 1, 2, 3, 6 and 7. docs/testing.md tells how to run one seed again.
/// </summary>
public sealed class ChaosPushPropertyTests(ITestOutputHelper output)
{
    private const int SeedsOnCi = 500;
    private const int AtOnce = 3;
    private const int MostFailures = 4;

    [Fact(Timeout = 7_200_000)]
    public async Task Every_push_ends_with_the_org_equal_to_the_tables_and_nothing_twice()
    {
        var started = TimeProvider.System.GetTimestamp();
        var seeds = SeedRange.Read(SeedsOnCi);
        var failures = new ConcurrentQueue<ChaosFailure>();
        var run = 0;
        await Parallel.ForEachAsync(
            seeds,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = SyncWorld.Token },
            async (seed, _) =>
            {
                if (failures.Count >= MostFailures)
                    return;
                if (await ChaosRun.TryAsync(ChaosPlan.Of(seed)) is { } failure)
                    failures.Enqueue(failure);
                Interlocked.Increment(ref run);
            });
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{run} seeds from {seeds[0]} in {seconds:0.0} s, {failures.Count} broke a promise"));
        if (failures.IsEmpty)
            return;
        foreach (var failure in failures)
            output.WriteLine($"seed {failure.Plan.Seed}: {string.Join(" / ", failure.Broken)}");
        var smallest = failures.MinBy(failure => failure.Plan.Steps.Count) ?? throw new InvalidOperationException("None failed.");
        var shrunk = await Shrinking.ShrinkAsync(
            smallest, failure => failure.Plan.Steps, (failure, steps) => ChaosRun.TryAsync(failure.Plan with { Steps = steps }));
        Assert.Fail(shrunk.ToString());
    }
}
