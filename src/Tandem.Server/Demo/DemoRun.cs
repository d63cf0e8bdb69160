using Microsoft.Extensions.Logging;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Demo;

/// <summary>Runs the demo from start to stop, for a person to look at or as a check.</summary>
public static class DemoRun
{
    /// <summary>Loads, changes both sides, compares, stops.</summary>
    /// <exception cref="ConfigurationException">It could not start, or a change did not arrive.</exception>
    public static async Task<DemoCheckResult> CheckAsync(
        DemoOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        Action<string> say,
        CancellationToken cancellationToken)
    {
        await using var world = await DemoWorld.StartAsync(options, timeProvider, loggerFactory, say, cancellationToken);
        say("Loading, then changing both sides...");
        var started = timeProvider.GetTimestamp();
        return await WhileSyncingAsync(
            world, token => new DemoCheck(world, options.Schema, timeProvider).RunAsync(started, token), cancellationToken);
    }

    /// <summary>Runs until cancelled.</summary>
    /// <param name="show">Shows the world until cancelled.</param>
    /// <exception cref="ConfigurationException">It could not start.</exception>
    public static async Task ShowAsync(
        DemoOptions options,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        Action<string> say,
        Func<DemoWorld, CancellationToken, Task> show,
        CancellationToken cancellationToken)
    {
        await using var world = await DemoWorld.StartAsync(options, timeProvider, loggerFactory, say, cancellationToken);
        await WhileSyncingAsync(world, ShowAndChangeAsync, cancellationToken);

        async Task<bool> ShowAndChangeAsync(CancellationToken token)
        {
            var shown = show(world, token);
            if (options.Activity > 0)
            {
                await new DemoCheck(world, options.Schema, timeProvider).WaitForLoadAsync(token);
                var activity = new DemoActivity(
                    new DemoApp(world.Host.DataSource, options.Schema),
                    new DemoOrg(world.Host.Salesforce),
                    timeProvider,
                    loggerFactory.CreateLogger<DemoActivity>());
                await activity.RunAsync(options.Activity, token);
            }

            await shown;
            return true;
        }
    }

    /// <summary>Whichever of the two ends first ends the other; the sync only ends by itself when a person must help.</summary>
    private static async Task<T> WhileSyncingAsync<T>(
        DemoWorld world, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sync = world.RunAsync(stop.Token);
        var working = work(stop.Token);
        if (await Task.WhenAny(sync, working) == sync)
        {
            await stop.CancelAsync();
            await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await sync;
        }

        await stop.CancelAsync();
        await sync.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await working;
    }
}
