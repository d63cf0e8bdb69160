using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running;

namespace Tandem.Sync.Verify;

/// <summary>
/// Verifies the mappings of a shift by itself, one after the other, each at its interval. When a mapping is due is stored, so that
/// restarts neither skip nor multiply runs; one that a restart cut off goes on where it stopped. A failure is logged, and the run is
/// tried again later: the sync itself does not depend on it. However many shifts have one due at once, only some of them run beside each
/// other in a database.
/// </summary>
public sealed partial class VerifyLoop(
    LiveMappings mappings, Verifier verifier, VerifyOptions options, TimeProvider timeProvider, ILogger<VerifyLoop> logger)
{
    private readonly VerifyPlanTable _plans = new(mappings.Schema);
    private readonly RefreshTable _refreshes = new(mappings.Schema);

    private DateTime Now => timeProvider.GetUtcNow().UtcDateTime;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(TargetDatabase database, CancellationToken cancellationToken)
    {
        if (options.Interval is not { } interval)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, cancellationToken);
            return;
        }

        using var timer = new PeriodicTimer(options.CheckInterval, timeProvider);
        do
            await RunDueAsync(interval, database, cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task RunDueAsync(TimeSpan interval, TargetDatabase database, CancellationToken cancellationToken)
    {
        var plans = await _plans.ListAsync(database.DataSource, cancellationToken);
        foreach (var mapping in mappings.All.Where(Verifier.CanRun))
        {
            var name = mapping.Mapped.Name;
            if (!plans.TryGetValue(name, out var plan))
                await _plans.PlanAsync(database.DataSource, name, Now + interval, cancellationToken);
            else if (plan.NextAt <= Now)
            {
                var nextAt = await VerifyInTurnAsync(mapping, interval, database, cancellationToken);
                await _plans.PlanAsync(database.DataSource, name, nextAt, cancellationToken);
            }
        }
    }

    /// <returns>When the mapping is due again.</returns>
    private async Task<DateTime> VerifyInTurnAsync(
        LiveMapping mapping, TimeSpan interval, TargetDatabase database, CancellationToken cancellationToken)
    {
        await database.Verifications.WaitAsync(cancellationToken);
        try
        {
            // What it waited for may have taken long, and a person or a fault may hold the mapping by now. What a refresh is about to bring
            // would be told as passed over by polls.
            return Verifier.CanRun(mapping) && !await OwesRefreshAsync(mapping, database, cancellationToken)
                ? await VerifyAsync(mapping, interval, database, cancellationToken)
                : Now;
        }
        finally
        {
            database.Verifications.Release();
        }
    }

    private async Task<bool> OwesRefreshAsync(LiveMapping mapping, TargetDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        return await _refreshes.FindNextAsync(connection, mapping.Mapped.Name, cancellationToken) is not null;
    }

    private async Task<DateTime> VerifyAsync(
        LiveMapping mapping, TimeSpan interval, TargetDatabase database, CancellationToken cancellationToken)
    {
        var request = new VerifyRequest(options.Level, options.Repairs, TakesShare: options.ShareRows > 0);
        try
        {
            var report = await verifier.RunAsync(mapping, request, database.DataSource, cancellationToken);
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
