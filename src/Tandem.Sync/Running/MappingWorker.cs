using Npgsql;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.States;

namespace Tandem.Sync.Running;

/// <summary>
/// Pulls one mapping: loads it once, then polls it at its interval. Each unit (a page, a poll, a delete pass) commits with its
/// progress, so that a worker that dies anywhere is simply run again.
/// </summary>
public sealed class MappingWorker(Pulls pulls, SemaphoreSlim loads, TimeProvider timeProvider)
{
    /// <summary>Runs until cancelled. A failure ends it; the shift judges that and runs it again.</summary>
    public async Task RunAsync(LiveMapping mapping, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var progress = await pulls.ProgressTable.ReadAsync(connection, mapping.Mapped.Name, cancellationToken);
        mapping.Note(progress);
        if (progress.CursorStamp is null)
            progress = await LoadAsync(mapping, connection, cancellationToken);

        using var timer = new PeriodicTimer(mapping.Mapped.Mapping.PollInterval, timeProvider);
        do
        {
            progress = await PullAsync(mapping, connection, progress, cancellationToken);
            mapping.NotePullFault(null);
            if (progress.State == MappingState.SystemError)
            {
                progress = progress.MoveTo(MappingState.DataSynced);
                await pulls.ProgressTable.SaveAsync(connection, progress, cancellationToken);
                mapping.Note(progress);
            }

            Failpoints.Reach("pull.ended");
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Stores what a person must see, or forgets what a new start must not find.</summary>
    public async Task NoteFaultAsync(LiveMapping mapping, Fault fault, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        mapping.NotePullFault(fault);
        if (fault.Action is not (FaultAction.Restart or FaultAction.PauseMapping))
            return;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (fault.Action == FaultAction.Restart)
        {
            await pulls.Load.ForgetJobAsync(mapping.Mapped.Name, connection, cancellationToken);
            return;
        }

        var progress = await pulls.ProgressTable.ReadAsync(connection, mapping.Mapped.Name, cancellationToken);
        progress = progress.MoveTo(MappingState.SystemError) with { Description = fault.Sentence };
        await pulls.ProgressTable.SaveAsync(connection, progress, cancellationToken);
        mapping.Note(progress);
    }

    private async Task<Progress> LoadAsync(LiveMapping mapping, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await loads.WaitAsync(cancellationToken);
        try
        {
            var progress = await pulls.Load.RunAsync(mapping.Mapped, connection, mapping.Note, cancellationToken);
            mapping.NoteChange(timeProvider.GetUtcNow());
            return progress;
        }
        finally
        {
            loads.Release();
        }
    }

    private async Task<Progress> PullAsync(
        LiveMapping mapping, NpgsqlConnection connection, Progress progress, CancellationToken cancellationToken)
    {
        Failpoints.Reach("pull.begun");
        mapping.Note(progress.MoveTo(MappingState.PollingSfChanges));
        var changed = 0;
        foreach (var pass in pulls.Passes.Where(pass => pass.IsDue(mapping.Mapped, progress)))
        {
            var turn = new PullTurn
            {
                Mapped = mapping.Mapped,
                Connection = connection,
                Gate = mapping.Gate,
                Progress = progress,
                Report = mapping.Note,
            };
            (progress, var count) = await pass.RunAsync(turn, cancellationToken);
            changed += count;
        }

        mapping.Note(progress);
        if (changed > 0)
            mapping.NoteChange(timeProvider.GetUtcNow());
        return progress;
    }
}
