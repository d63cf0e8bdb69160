namespace Tandem.Tests.Integration.Convergence;

/// <summary>Makes a plan that fails smaller, by leaving out steps for as long as what is left fails still.</summary>
internal static class Shrinking
{
    private const int MostRuns = 60;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static async Task<PlanFailure> ShrinkAsync(PlanFailure failure)
    {
        var runs = 0;
        var started = TimeProvider.System.GetTimestamp();
        for (var size = Math.Max(1, failure.Plan.Steps.Count / 2); size >= 1 && runs < MostRuns; size /= 2)
        {
            for (var from = 0; from < failure.Plan.Steps.Count && runs < MostRuns; runs++)
            {
                if (TimeProvider.System.GetElapsedTime(started) > Longest)
                    return failure;
                var steps = failure.Plan.Steps;
                var smaller = failure.Plan with { Steps = [.. steps.Take(from), .. steps.Skip(from + size)] };
                if (await PlanRun.TryAsync(smaller) is { } still)
                    failure = still;
                else
                    from += size;
            }
        }

        return failure;
    }
}
