using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Sync.Faults;

namespace Tandem.Sync.Running;

/// <summary>Keeps the workers of a shift running: each failure is judged, and what passes is tried again.</summary>
internal sealed partial class WorkerSupervisor(TimeProvider timeProvider, ILogger<WorkerSupervisor> logger)
{
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Runs a worker again after each failure that passes, waits where the fault says so, and ends where only a person can help.
    /// </summary>
    /// <param name="waitForPerson">What a pause waits for; null where a pause ends the shift.</param>
    public async Task RunAsync(
        string name,
        Func<CancellationToken, Task> work,
        Func<Fault, Task> note,
        Func<CancellationToken, Task>? waitForPerson,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; !cancellationToken.IsCancellationRequested; attempt++)
        {
            var started = timeProvider.GetTimestamp();
            try
            {
                await work(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (ShiftEndedException)
            {
                throw;
            }
            catch (Exception exception)
            {
                var fault = FaultPolicy.Judge(exception);
                LogFault(exception, name, fault.Action, fault.Sentence);
                await NoteAsync(note, fault);
                if (fault.Action == FaultAction.StopConnection || (fault.Action == FaultAction.PauseMapping && waitForPerson is null))
                    throw new ShiftEndedException(fault.Sentence, exception);
                if (fault.Action == FaultAction.PauseMapping && waitForPerson is not null)
                {
                    await waitForPerson(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    attempt = 0;
                    continue;
                }

                if (timeProvider.GetElapsedTime(started) > Steady)
                    attempt = 1;
                await Task.Delay(FaultPolicy.PauseAfter(fault, attempt), timeProvider, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>What works beside the mappings stops none of them: it tries again.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(Steady, timeProvider, cancellationToken);

    /// <summary>A note that the database does not take is not worth more than the fault it speaks of.</summary>
    private async Task NoteAsync(Func<Fault, Task> note, Fault fault)
    {
        try
        {
            await note(fault);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            LogNotNoted(exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Worker}: {Action}: {Sentence}")]
    private partial void LogFault(Exception exception, string worker, FaultAction action, string sentence);

    [LoggerMessage(LogLevel.Warning, "A fault could not be noted in the database")]
    private partial void LogNotNoted(Exception exception);
}
