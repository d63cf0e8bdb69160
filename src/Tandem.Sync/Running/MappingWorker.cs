using Npgsql;
using Tandem.Postgres.Tables;
using Tandem.Sync.Activity;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;
using Tandem.Sync.Pull;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.States;

namespace Tandem.Sync.Running;

/// <summary>
/// Pulls one mapping: loads it once, then polls it at its interval. Each unit (a page, a poll, a delete pass) commits with its
/// progress, so that a worker that dies anywhere is simply run again. It has a database session only while it works.
/// </summary>
public sealed class MappingWorker(Pulls pulls, PullSessions sessions, TimeProvider timeProvider)
{
    private readonly ActivityTable _activity = new(pulls.ProgressTable.Schema);

    /// <summary>Runs until cancelled. A failure ends it; the shift judges that and runs it again.</summary>
    /// <exception cref="Schema.SchemaDriftException">The schema does not let the mapping go on.</exception>
    public async Task RunAsync(LiveMapping mapping, CancellationToken cancellationToken)
    {
        var name = mapping.Mapped.Name;
        var progress = await RentAsync(
            mapping, async session => await pulls.ProgressTable.ReadAsync(
                await session.ConnectAsync(cancellationToken), name, cancellationToken), cancellationToken);
        mapping.Note(progress);
        if (progress.CursorStamp is null)
        {
            await WaitForCallsAsync(mapping, cancellationToken);
            progress = await LoadAsync(mapping, cancellationToken);
        }

        using var timer = new PollTimer(mapping.Asked.PollInterval, () => mapping.PollInterval, timeProvider);
        var tick = timer.WaitAsync(cancellationToken);
        for (var isWoken = true; ; isWoken = await WaitAsync(mapping, tick, cancellationToken))
        {
            if (tick.IsCompleted)
                tick = timer.WaitAsync(cancellationToken);
            mapping.ThrowIfStopped();
            if (!isWoken && !timer.IsDue())
                continue;
            timer.NotePoll();
            (progress, var begunAt) = await PollAsync(mapping, progress, cancellationToken);

            // Whoever asks for a refresh wakes the worker, so that a tick alone need not look for one.
            if (isWoken || progress.State == MappingState.ReloadTable)
                progress = await RefreshAsync(mapping, progress, cancellationToken);
            mapping.NotePulled(begunAt);
            Failpoints.Reach("pull.ended");
        }
    }

    /// <summary>One round of the passes that are due.</summary>
    /// <returns>How far the mapping has come, and when the round began.</returns>
    public Task<(Progress Progress, DateTimeOffset BegunAt)> PollAsync(
        LiveMapping mapping, Progress progress, CancellationToken cancellationToken) => RentAsync(
        mapping,
        async session =>
        {
            var begunAt = timeProvider.GetUtcNow();
            progress = await PullAsync(mapping, session, progress, cancellationToken);
            mapping.NotePullFault(null);
            if (progress.State == MappingState.SystemError)
            {
                progress = progress.MoveTo(MappingState.DataSynced);
                await pulls.ProgressTable.SaveAsync(await session.ConnectAsync(cancellationToken), progress, cancellationToken);
                mapping.Note(progress);
            }

            return (progress, begunAt);
        },
        cancellationToken);

    /// <summary>Stores what a person must see, or forgets what a new start must not find.</summary>
    public async Task NoteFaultAsync(LiveMapping mapping, Fault fault, CancellationToken cancellationToken)
    {
        mapping.NotePullFault(fault);
        if (fault.Action is not (FaultAction.Restart or FaultAction.PauseMapping))
            return;
        await RentAsync(
            mapping,
            async session =>
            {
                await StoreFaultAsync(mapping, fault, await session.ConnectAsync(cancellationToken), cancellationToken);
                return true;
            },
            cancellationToken);
    }

    private async Task StoreFaultAsync(
        LiveMapping mapping, Fault fault, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (fault.Action == FaultAction.Restart)
        {
            await pulls.Load.ForgetJobAsync(mapping.Mapped.Name, connection, cancellationToken);
            return;
        }

        var progress = await pulls.ProgressTable.ReadAsync(connection, mapping.Mapped.Name, cancellationToken);
        progress = progress.MoveTo(MappingState.SystemError) with { Description = fault.Sentence };
        await pulls.ProgressTable.SaveAsync(connection, progress, cancellationToken);
        var entry = new ActivityEntry
        {
            Kind = ActivityKind.Fault, ObjectName = mapping.Mapped.Name, Succeeded = false, Sentence = fault.Sentence,
        };
        await _activity.AddAsync(connection, entry, cancellationToken);
        mapping.Note(progress);
    }

    private async Task<T> RentAsync<T>(LiveMapping mapping, Func<PullSession, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var session = await sessions.RentAsync(mapping.Mapped.Name, mapping.Mapped.Mapping.PollInterval, cancellationToken);
        var result = await work(session);
        session.NoteSound();
        return result;
    }

    private async Task<Progress> LoadAsync(LiveMapping mapping, CancellationToken cancellationToken)
    {
        await using var session = await sessions.RentForLoadAsync(cancellationToken);
        var connection = await session.ConnectAsync(cancellationToken);
        var started = timeProvider.GetTimestamp();
        var progress = await pulls.Load.RunAsync(mapping.Mapped, connection, mapping.Note, cancellationToken);
        await TellAsync(ActivityKind.Load, mapping, progress.RowsLoaded, started, connection, cancellationToken);
        mapping.NoteChange(timeProvider.GetUtcNow());
        return progress;
    }

    /// <summary>A load waits while polls are to have what API calls are left.</summary>
    private async Task WaitForCallsAsync(LiveMapping mapping, CancellationToken cancellationToken)
    {
        while (mapping.FindWait() is { } wait)
        {
            mapping.NotePullFault(wait);
            await Task.Delay(PollTimer.Glance, timeProvider, cancellationToken);
            mapping.ThrowIfStopped();
            mapping.NotePullFault(null);
        }
    }

    /// <summary>Until the next tick, or until there is something to do before it.</summary>
    /// <returns>Whether there is.</returns>
    private static async Task<bool> WaitAsync(LiveMapping mapping, Task<bool> tick, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = mapping.WaitForWorkAsync(stop.Token);
        await Task.WhenAny(tick, work);
        await stop.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return work.IsCompletedSuccessfully;
    }

    /// <summary>Works at what the table is owed for one interval, so that the next poll is not late, and goes on after it.</summary>
    private Task<Progress> RefreshAsync(LiveMapping mapping, Progress progress, CancellationToken cancellationToken) =>
        RentAsync(mapping, session => RefreshAsync(mapping, session, progress, cancellationToken), cancellationToken);

    private async Task<Progress> RefreshAsync(
        LiveMapping mapping, PullSession session, Progress progress, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        var mapped = mapping.Mapped;
        var refresh = await pulls.Refresh.FindNextAsync(mapped, await session.ConnectAsync(cancellationToken), cancellationToken);
        if ((refresh is not null) != (progress.State == MappingState.ReloadTable))
        {
            progress = progress.MoveTo(refresh is null ? MappingState.DataSynced : MappingState.ReloadTable);
            await pulls.ProgressTable.SaveAsync(await session.ConnectAsync(cancellationToken), progress, cancellationToken);
        }

        mapping.Note(progress);
        mapping.NoteRefresh(refresh);
        if (refresh is null)
            return progress;
        if (mapping.FindWait() is { } wait)
        {
            mapping.NotePullFault(wait);
            return progress;
        }

        var turn = new PullTurn
        {
            Mapped = mapped,
            ConnectAsync = session.ConnectAsync,
            Session = session,
            Gate = mapping.Gate,
            Progress = progress,
        };
        (progress, var rest) = await pulls.Refresh.RunAsync(
            turn, refresh, () => timeProvider.GetElapsedTime(started) >= mapped.Mapping.PollInterval, cancellationToken);
        mapping.Note(progress);
        mapping.NoteRefresh(rest);
        mapping.NoteChange(timeProvider.GetUtcNow());
        if (rest is null)
        {
            var connection = await session.ConnectAsync(cancellationToken);
            await TellAsync(KindOf(refresh), mapping, null, started, connection, cancellationToken);
        }

        if (rest is null && refresh.Kind == RefreshKind.Reload)
        {
            var records = await new SyncedTable(mapped.Table).CountAsync(
                await session.ConnectAsync(cancellationToken), cancellationToken);
            mapping.EndReload(new RequestOutcome(true, $"{mapped.Name} was read anew: {records} records."));
        }

        // Either the next part of the work, or the poll of what changed while the org was read.
        mapping.Wake();
        return progress;
    }

    private async Task TellAsync(
        ActivityKind kind, LiveMapping mapping, long? rows, long started, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        mapping.Flow.NoteTold(rows ?? 0);
        var entry = new ActivityEntry
        {
            Kind = kind,
            ObjectName = mapping.Mapped.Name,
            Rows = rows,
            Seconds = timeProvider.GetElapsedTime(started).TotalSeconds,
        };
        await _activity.AddAsync(connection, entry, cancellationToken);
    }

    private static ActivityKind KindOf(Refresh refresh) => refresh.Kind switch
    {
        RefreshKind.Reload => ActivityKind.Reload,
        RefreshKind.Refilter => ActivityKind.Refilter,
        _ => ActivityKind.Backfill,
    };

    private async Task<Progress> PullAsync(
        LiveMapping mapping, PullSession session, Progress progress, CancellationToken cancellationToken)
    {
        Failpoints.Reach("pull.begun");
        mapping.Note(progress.MoveTo(MappingState.PollingSfChanges));
        var changed = 0;
        foreach (var pass in pulls.Passes.Where(pass => mapping.HasCallsFor(pass.Kind) && pass.IsDue(mapping.Mapped, progress)))
        {
            var turn = new PullTurn
            {
                Mapped = mapping.Mapped,
                ConnectAsync = session.ConnectAsync,
                Session = session,
                Gate = mapping.Gate,
                Progress = progress,
                Report = mapping.Note,
            };
            (progress, var count) = await pass.RunAsync(turn, cancellationToken);
            changed += count;
        }

        mapping.Note(progress);
        mapping.Flow.NoteRead(changed);
        if (changed > 0)
            mapping.NoteChange(timeProvider.GetUtcNow());
        return progress;
    }
}
