using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Sync.Catalog;
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
    /// <exception cref="Schema.SchemaDriftException">The schema does not let the mapping go on.</exception>
    public async Task RunAsync(LiveMapping mapping, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var progress = await pulls.ProgressTable.ReadAsync(connection, mapping.Mapped.Name, cancellationToken);
        mapping.Note(progress);
        if (progress.CursorStamp is null)
            progress = await LoadAsync(mapping, connection, cancellationToken);

        using var timer = new PeriodicTimer(mapping.Mapped.Mapping.PollInterval, timeProvider);
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        while (true)
        {
            mapping.ThrowIfStopped();
            var begunAt = timeProvider.GetUtcNow();
            progress = await PullAsync(mapping, connection, progress, cancellationToken);
            mapping.NotePullFault(null);
            if (progress.State == MappingState.SystemError)
            {
                progress = progress.MoveTo(MappingState.DataSynced);
                await pulls.ProgressTable.SaveAsync(connection, progress, cancellationToken);
                mapping.Note(progress);
            }

            progress = await RefreshAsync(mapping, connection, progress, cancellationToken);
            mapping.NotePulled(begunAt);
            Failpoints.Reach("pull.ended");
            await WaitAsync(mapping, tick, cancellationToken);
            if (tick.IsCompleted)
                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        }
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

    /// <summary>Until the next tick, or until there is something to do before it.</summary>
    private static async Task WaitAsync(LiveMapping mapping, Task<bool> tick, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = mapping.WaitForWorkAsync(stop.Token);
        await Task.WhenAny(tick, work);
        await stop.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Works at what the table is owed for one interval, so that the next poll is not late, and goes on after it.</summary>
    private async Task<Progress> RefreshAsync(
        LiveMapping mapping, NpgsqlConnection connection, Progress progress, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        var mapped = mapping.Mapped;
        var refresh = await pulls.Refresh.FindNextAsync(mapped, connection, cancellationToken);
        if ((refresh is not null) != (progress.State == MappingState.ReloadTable))
        {
            progress = progress.MoveTo(refresh is null ? MappingState.DataSynced : MappingState.ReloadTable);
            await pulls.ProgressTable.SaveAsync(connection, progress, cancellationToken);
        }

        mapping.Note(progress);
        mapping.NoteRefresh(refresh);
        if (refresh is null)
            return progress;
        var turn = new PullTurn { Mapped = mapped, Connection = connection, Gate = mapping.Gate, Progress = progress };
        (progress, var rest) = await pulls.Refresh.RunAsync(
            turn, refresh, () => timeProvider.GetElapsedTime(started) >= mapped.Mapping.PollInterval, cancellationToken);
        mapping.Note(progress);
        mapping.NoteRefresh(rest);
        mapping.NoteChange(timeProvider.GetUtcNow());
        if (rest is null && refresh.Kind == RefreshKind.Reload)
        {
            var records = await new SyncedTable(mapped.Table).CountAsync(connection, cancellationToken);
            mapping.EndReload(new RequestOutcome(true, $"{mapped.Name} was read anew: {records} records."));
        }

        // Either the next part of the work, or the poll of what changed while the org was read.
        mapping.Wake();
        return progress;
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
