using Microsoft.Extensions.Logging;
using Tandem.Postgres.Tables;
using Tandem.Salesforce.Records;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Applies the org's delete log, which also knows the records that left the recycle bin and that no query shows any more. A poll asks
/// for the log in the same call as for the changes. A record that was deleted and restored stands in that log too, so each one is looked
/// for in the org before its row goes. Doing it twice is harmless: what is gone stays gone. Source: salesforce-api.md, sections 2.7 and 10.
/// </summary>
internal sealed partial class DeletePass(RowRemoval removal, ProgressTable progressTable, PollOptions options, ILogger logger)
{
    /// <summary>The delete log reaches back fifteen days; an hour less keeps clear of the border.</summary>
    private static readonly TimeSpan LogReach = TimeSpan.FromDays(15) - TimeSpan.FromHours(1);

    private const int Chunk = 2_000;

    /// <summary>What to ask the log for; null when it is not due, or the object has none.</summary>
    /// <param name="now">By the org's clock.</param>
    public (DateTimeOffset Start, DateTimeOffset End)? FindWindow(MappedObject mapped, Progress progress, DateTime now)
    {
        if (!mapped.Description.IsReplicateable)
            return null;
        var covered = progress.DeletesCoveredTo ?? DateTime.MinValue;
        var start = covered > now - LogReach ? covered : now - LogReach;
        return now - covered < options.DeletesInterval || now - start < TimeSpan.FromMinutes(1)
            ? null
            : (new DateTimeOffset(start, TimeSpan.Zero), new DateTimeOffset(now, TimeSpan.Zero));
    }

    /// <param name="log">Null when the log no longer covers its window.</param>
    public async Task<PassOutcome> ApplyAsync(
        PullTurn turn, DeletedRecords? log, (DateTimeOffset Start, DateTimeOffset End) window, CancellationToken cancellationToken)
    {
        var progress = turn.Progress;
        var isGap = log is null || log.EarliestDateAvailable > window.Start || progress.DeletesCoveredTo < window.Start.UtcDateTime;
        var marks = progress.Poll ?? new PollMarks();
        if (isGap && progress.DeletesCoveredTo is not null)
            marks = marks with { IsReconcileAsked = true };
        if (log is not null && Minute(window.End) > log.LatestDateCovered)
            marks = CommitLag.Note(marks, window.End - log.LatestDateCovered, window.End.UtcDateTime, options);
        var (deleted, spared) = (0, 0);
        var table = new TableReader(turn.Mapped.Table);
        foreach (var chunk in (log?.Records ?? []).Select(record => record.Id.Value).Distinct(StringComparer.Ordinal).Chunk(Chunk))
        {
            var present = await table.FindPresentAsync(await turn.ConnectAsync(cancellationToken), chunk, cancellationToken);
            if (present.Count == 0)
                continue;
            var removed = await removal.RemoveAsync(turn, present, long.MaxValue, cancellationToken);
            (deleted, spared) = (deleted + removed.Removed, spared + removed.Spared);
        }

        // A row with a queued change stays until the change has failed, and this part of the log is read again then.
        progress = progress with { Poll = marks };
        if (spared == 0)
            progress = progress with { DeletesCoveredTo = (log?.LatestDateCovered ?? window.End).UtcDateTime };

        // What was covered is kept in memory while there was nothing to delete: reading the log again from further back is harmless.
        if (deleted > 0 || isGap)
            await progressTable.SaveAsync(await turn.ConnectAsync(cancellationToken), progress, cancellationToken);
        if (marks != turn.Progress.Poll)
            await progressTable.Marks.SaveAsync(await turn.ConnectAsync(cancellationToken), progress.ObjectName, marks, cancellationToken);
        if (deleted > 0)
            LogDeleted(turn.Mapped.Name, deleted);
        return new PassOutcome(progress, deleted);
    }

    private static DateTimeOffset Minute(DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMinute));

    [LoggerMessage(LogLevel.Information, "Deleted {Rows} rows of {ObjectName} by the org's delete log")]
    private partial void LogDeleted(string objectName, int rows);
}
