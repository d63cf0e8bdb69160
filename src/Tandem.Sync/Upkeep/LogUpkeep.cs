using Microsoft.Extensions.Logging;
using Npgsql;
using Tandem.Postgres.ChangeLog;
using Tandem.Postgres.Conflicts;
using Tandem.Sync.Activity;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;

namespace Tandem.Sync.Upkeep;

/// <summary>
/// Keeps the change log and the conflict log small: what is processed moves to the archive and leaves it in the end, and what users ask
/// for comes back. Tells besides what polls and pushes have moved since the last look, and keeps that short. Each
/// step is one transaction that takes a bounded number of entries and passes over those that others hold; a crash leaves it done or not
/// done, and the next look goes on.
/// </summary>
public sealed partial class LogUpkeep(
    LiveMappings mappings, UpkeepOptions options, TimeProvider timeProvider, ILogger<LogUpkeep> logger)
{
    private readonly LogArchive _archive = new(mappings.Schema);
    private readonly ConflictLog _conflicts = new(mappings.Schema);
    private readonly ActivityTable _activity = new(mappings.Schema);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Interval, timeProvider);
        do
            await LookAfterAsync(dataSource, cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Does all that is due now.</summary>
    public async Task<UpkeepResult> LookAfterAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);

        // The push does this too as soon as it has nothing else to send; one that is never done must not keep entries waiting.
        var requeued = await RepeatAsync(
            () => _archive.RequeueAsync(connection, mappings.WritableTables, options.BatchEntries, cancellationToken));
        var aged = await ArchiveAgedAsync(connection, cancellationToken);
        var crowding = await RepeatAsync(
            () => _archive.MoveCrowdingAsync(connection, options.LiveEntries, options.BatchEntries, cancellationToken));
        var purged = await RepeatAsync(
            () => _archive.PurgeAsync(connection, options.ArchiveFor, options.BatchEntries, cancellationToken));
        var conflicts = await RepeatAsync(
            () => _conflicts.PurgeAsync(connection, options.ArchiveFor, options.BatchEntries, cancellationToken));
        foreach (var mapping in mappings.All)
            await TellAsync(mapping, connection, cancellationToken);
        await RepeatAsync(() => _activity.PurgeAsync(connection, options.BatchEntries, cancellationToken));
        if (requeued + aged + crowding + purged > 0)
            LogDone(mappings.Schema, aged + crowding, purged, requeued);
        return new UpkeepResult { Requeued = requeued, Archived = aged + crowding, Purged = purged, PurgedConflicts = conflicts };
    }

    private async Task<int> ArchiveAgedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var entries = 0;
        for (int? behind = int.MinValue; behind is { } last;)
        {
            var step = await _archive.MoveAgedAsync(connection, options.ArchiveAfter, last, options.BatchEntries, cancellationToken);
            if (step.Entries > 0)
                Failpoints.Reach("upkeep.stepped");
            entries += step.Entries;
            behind = step.Behind;
        }

        return entries;
    }

    private async Task TellAsync(LiveMapping mapping, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (read, written) = mapping.Flow.TakeNew();
        foreach (var (kind, rows) in new[] { (ActivityKind.Poll, read), (ActivityKind.Push, written) }.Where(moved => moved.Item2 > 0))
        {
            var entry = new ActivityEntry { Kind = kind, ObjectName = mapping.Mapped.Name, Rows = rows };
            await _activity.AddAsync(connection, entry, cancellationToken);
        }
    }

    /// <summary>Until a step was not a full one.</summary>
    private async Task<int> RepeatAsync(Func<Task<int>> step)
    {
        for (var entries = 0; ;)
        {
            var done = await step();
            entries += done;
            if (done > 0)
                Failpoints.Reach("upkeep.stepped");
            if (done < options.BatchEntries)
                return entries;
        }
    }

    [LoggerMessage(
        LogLevel.Information, "The change log of {Schema}: {Archived} entries archived, {Purged} removed, {Requeued} to be sent again")]
    private partial void LogDone(string schema, int archived, int purged, int requeued);
}
