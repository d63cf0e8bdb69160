using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;

namespace Tandem.Sync.Verify;

/// <summary>
/// Verifies the mappings of a shift by itself, one after the other, each at its interval. When a mapping is due is stored, so that
/// restarts neither skip nor multiply runs; one that a restart cut off goes on where it stopped. A failure is logged, and the run is
/// tried again later: the sync itself does not depend on it.
/// </summary>
public sealed partial class VerifyLoop(
    LiveMappings mappings, Verifier verifier, VerifyOptions options, TimeProvider timeProvider, ILogger<VerifyLoop> logger)
{
    private readonly VerifyPlanTable _plans = new(mappings.Schema);

    private DateTime Now => timeProvider.GetUtcNow().UtcDateTime;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        if (options.Interval is not { } interval)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, cancellationToken);
            return;
        }

        using var timer = new PeriodicTimer(options.CheckInterval, timeProvider);
        do
            await RunDueAsync(interval, dataSource, cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task RunDueAsync(TimeSpan interval, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var plans = await _plans.ListAsync(dataSource, cancellationToken);
        foreach (var mapping in mappings.All.Where(Verifier.CanRun))
        {
            var name = mapping.Mapped.Name;
            if (!plans.TryGetValue(name, out var plan))
                await _plans.PlanAsync(dataSource, name, Now + interval, cancellationToken);
            else if (plan.NextAt <= Now)
            {
                var nextAt = await VerifyAsync(mapping, interval, dataSource, cancellationToken);
                await _plans.PlanAsync(dataSource, name, nextAt, cancellationToken);
            }
        }
    }

    /// <returns>When the mapping is due again.</returns>
    private async Task<DateTime> VerifyAsync(
        LiveMapping mapping, TimeSpan interval, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var request = new VerifyRequest(options.Level, options.Repairs, TakesShare: options.ShareRows > 0);
        try
        {
            var report = await verifier.RunAsync(mapping, request, dataSource, cancellationToken);
            return Now + (report.FinishedAt is null ? options.ResumeAfter : interval);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(exception, mapping.Mapped.Name, FaultPolicy.Judge(exception).Sentence);
            return Now + options.ResumeAfter;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{ObjectName} could not be verified: {Sentence}")]
    private partial void LogFailed(Exception exception, string objectName, string sentence);
}
