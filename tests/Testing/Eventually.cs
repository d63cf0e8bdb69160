namespace Tandem.Testing;

/// <summary>
/// Waits for something that only another process or a database can tell, by asking again until a deadline.
/// Inside one process await a signal instead.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer is true; after the deadline throws with what was awaited.</summary>
    public static async Task BecomesTrueAsync(
        Func<Task<bool>> condition, string expectation, TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        var limit = deadline ?? TimeSpan.FromSeconds(30);
        var since = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(since) > limit)
            {
                throw new TimeoutException($"Within {limit.TotalSeconds:0.#} s it did not become true that {expectation}.");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public static Task BecomesTrueAsync(
        Func<bool> condition, string expectation, TimeSpan? deadline = null, CancellationToken cancellationToken = default) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), expectation, deadline, cancellationToken);

    /// <summary>Asks for a value until it satisfies the condition, and returns it.</summary>
    public static async Task<T> BecomesAsync<T>(
        Func<Task<T>> value,
        Func<T, bool> condition,
        string expectation,
        TimeSpan? deadline = null,
        CancellationToken cancellationToken = default)
    {
        var last = await value();
        await BecomesTrueAsync(
            async () => condition(last) || condition(last = await value()), expectation, deadline, cancellationToken);
        return last;
    }
}
