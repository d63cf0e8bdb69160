namespace Tandem.Tests.Integration.Lives;

/// <summary>Makes a plan that fails smaller, by leaving out steps for as long as what is left fails still.</summary>
internal static class Shrinking
{
    private const int MostRuns = 60;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <param name="tell">The steps of a failure's plan.</param>
    /// <param name="tryAsync">Runs the failure's plan with these steps; null when that does not fail.</param>
    public static async Task<TFailure> ShrinkAsync<TFailure, TStep>(
        TFailure failure,
        Func<TFailure, IReadOnlyList<TStep>> tell,
        Func<TFailure, IReadOnlyList<TStep>, Task<TFailure?>> tryAsync)
        where TFailure : class
    {
        var runs = 0;
        var started = TimeProvider.System.GetTimestamp();
        for (var size = Math.Max(1, tell(failure).Count / 2); size >= 1 && runs < MostRuns; size /= 2)
        {
            for (var from = 0; from < tell(failure).Count && runs < MostRuns; runs++)
            {
                if (TimeProvider.System.GetElapsedTime(started) > Longest)
                    return failure;
                var steps = tell(failure);
                if (await tryAsync(failure, [.. steps.Take(from), .. steps.Skip(from + size)]) is { } still)
                    failure = still;
                else
                    from += size;
            }
        }

        return failure;
    }
}
