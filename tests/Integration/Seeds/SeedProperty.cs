using System.Collections.Concurrent;
using System.Globalization;
using Tandem.Tests.Integration.Sync;
using Xunit;

namespace Tandem.Tests.Integration.Seeds;

/// <summary>
/// Tries a property with plans of many seeds, a few at once, and tells what the first few that break it break, and of the smallest the
/// fewest steps that show it.
/// </summary>
internal sealed class SeedProperty<TPlan, TStep>(Func<int, TPlan> draw, Func<TPlan, Task<PlanFailure?>> tryAsync)
    where TPlan : IPlan<TPlan, TStep>
{
    private const int AtOnce = 3;
    private const int MostFailures = 4;
    private const int MostShrinkings = 60;
    private static readonly TimeSpan LongestShrinking = TimeSpan.FromMinutes(2);

    /// <summary>Of the usual seeds: a machine that is too slow for all of them tries what it can and says so.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(15);

    /// <param name="usualSeeds">How many, unless the environment says otherwise.</param>
    public async Task HoldAsync(int usualSeeds, ITestOutputHelper output)
    {
        var started = TimeProvider.System.GetTimestamp();
        var seeds = SeedRange.Read(usualSeeds);
        var broken = new ConcurrentQueue<(TPlan Plan, PlanFailure Failure)>();
        var limit = SeedRange.IsAsked ? TimeSpan.MaxValue : LongestRun;
        var run = 0;
        await Parallel.ForEachAsync(
            seeds,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = SyncWorld.Token },
            async (seed, _) =>
            {
                if (broken.Count >= MostFailures || TimeProvider.System.GetElapsedTime(started) > limit)
                    return;
                var plan = draw(seed);
                if (await tryAsync(plan) is { } failure)
                    broken.Enqueue((plan, failure));
                Interlocked.Increment(ref run);
            });
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run} of {seeds.Count} seeds from {seeds[0]} in {seconds:0.0} s, {broken.Count} broke a promise"));
        if (broken.IsEmpty)
            return;
        foreach (var (plan, failure) in broken)
            output.WriteLine($"seed {plan.Seed}: {string.Join(" / ", failure.Broken)}");
        var testClass = TestContext.Current.TestClass?.TestClassName;
        var (smallest, why) = broken.MinBy(each => (each.Failure.HasHung, each.Plan.Steps.Count));
        if (!why.HasHung)
            (smallest, why) = await ShrinkAsync((smallest, why));
        Assert.Fail(
            $"""

            Seed {smallest.Seed} breaks a promise. The fewest steps that show it:
            {smallest.Describe()}
            What is not as promised:
            {why}
            Run the seed again:
            TANDEM_SEED={smallest.Seed} artifacts/bin/Integration/release/Tandem.Tests.Integration -class "{testClass}"
            """);
    }

    /// <summary>Leaves out steps for as long as what is left fails still.</summary>
    private async Task<(TPlan Plan, PlanFailure Failure)> ShrinkAsync((TPlan Plan, PlanFailure Failure) smallest)
    {
        var runs = 0;
        var started = TimeProvider.System.GetTimestamp();
        for (var size = Math.Max(1, smallest.Plan.Steps.Count / 2); size >= 1 && runs < MostShrinkings; size /= 2)
        {
            for (var from = 0; from < smallest.Plan.Steps.Count && runs < MostShrinkings; runs++)
            {
                if (TimeProvider.System.GetElapsedTime(started) > LongestShrinking)
                    return smallest;
                var steps = smallest.Plan.Steps;
                var plan = smallest.Plan.With([.. steps.Take(from), .. steps.Skip(from + size)]);
                if (await tryAsync(plan) is { HasHung: false } still)
                    smallest = (plan, still);
                else
                    from += size;
            }
        }

        return smallest;
    }
}
