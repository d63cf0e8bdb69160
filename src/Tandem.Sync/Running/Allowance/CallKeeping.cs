using Microsoft.Extensions.Logging;

namespace Tandem.Sync.Running.Allowance;

/// <summary>Saves a shift's calls at each interval, and logs when slowing begins and ends.</summary>
internal sealed partial class CallKeeping(CallLedger ledger, CallBudget budget, TimeProvider timeProvider, ILogger<CallKeeping> logger)
{
    private IReadOnlyList<SlowedPolls> _slowed = [];

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(budget.Options.SaveInterval, timeProvider);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            Tell();
            await ledger.SaveAsync(cancellationToken);
        }
    }

    private void Tell()
    {
        var slowed = budget.FindSlowed();
        foreach (var begun in slowed.Except(_slowed))
            LogBegun(begun.Begun);
        foreach (var ended in _slowed.Except(slowed))
            LogEnded(ended.Ended);
        _slowed = slowed;
    }

    [LoggerMessage(LogLevel.Warning, "{Sentence}")]
    private partial void LogBegun(string sentence);

    [LoggerMessage(LogLevel.Information, "{Sentence}")]
    private partial void LogEnded(string sentence);
}
