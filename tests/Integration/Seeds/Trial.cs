using Tandem.Tests.Integration.Lives;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Seeds;

/// <summary>One plan tried in one world.</summary>
internal static class Trial
{
    /// <summary>A seed takes a second or two; on a machine that others use as well, half a minute.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Lives a plan through and leaves the world. One that does not end is a failure as any other, and keeps no other from being tried.
    /// </summary>
    /// <param name="live">Returns what is not as promised, one line each.</param>
    /// <returns>Null when every promise was kept.</returns>
    public static async Task<PlanFailure?> RunAsync(IAsyncDisposable world, Journal journal, Func<Task<IReadOnlyList<string>>> live)
    {
        IReadOnlyList<string> broken;
        var hasHung = false;
        try
        {
            broken = await LiveAsync(world, live).WaitAsync(Longest, TimeProvider.System, SyncWorld.Token);
        }
        catch (TimeoutException)
        {
            hasHung = true;
            broken = [$"The plan has not ended within {Longest.TotalMinutes:0} minutes."];
        }

        return broken.Count == 0 ? null : new PlanFailure { Broken = broken, Journal = [.. journal.Lines], HasHung = hasHung };
    }

    private static async Task<IReadOnlyList<string>> LiveAsync(IAsyncDisposable world, Func<Task<IReadOnlyList<string>>> live)
    {
        try
        {
            await using (world)
                return await live();
        }
        catch (Exception exception) when (!SyncWorld.Token.IsCancellationRequested)
        {
            return [$"{exception.GetType().Name}: {exception.Message}", exception.StackTrace ?? ""];
        }
    }
}
