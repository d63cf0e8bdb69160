using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Pull;

/// <summary>
/// Reads the org's delete log, which also knows the records that left the recycle bin and that no query shows any more.
/// A record that was deleted and restored stands in that log too, so each one is looked for in the org before its row goes.
/// Doing it twice is harmless: what is gone stays gone. Source: salesforce-api.md, sections 2.7 and 10.
/// </summary>
public sealed partial class DeletePass(
    SalesforceClient salesforce, ProgressTable progressTable, SyncOptions options, TimeProvider timeProvider, ILogger<DeletePass> logger)
    : IPullPass
{
    /// <summary>The delete log reaches back fifteen days; an hour less keeps clear of the border.</summary>
    private static readonly TimeSpan LogReach = TimeSpan.FromDays(15) - TimeSpan.FromHours(1);

    private const int RetrieveIds = 2_000;

    /// <summary>True when the log should be read again.</summary>
    public bool IsDue(MappedObject mapped, Progress progress) =>
        mapped.Description.IsReplicateable
        && (progress.DeletesCoveredTo is not { } covered || Now - covered >= options.DeletesInterval);

    private DateTime Now => timeProvider.GetUtcNow().UtcDateTime;

    public async Task<PassOutcome> RunAsync(PullTurn turn, CancellationToken cancellationToken)
    {
        var (mapped, connection, gate, progress) = (turn.Mapped, turn.Connection, turn.Gate, turn.Progress);
        var end = Now;
        var start = progress.DeletesCoveredTo is { } covered && covered > end - LogReach ? covered : end - LogReach;
        var log = await salesforce.Records.GetDeletedAsync(
            mapped.Name, new DateTimeOffset(start, TimeSpan.Zero), new DateTimeOffset(end, TimeSpan.Zero), cancellationToken);
        var (deleted, spared) = (0, 0);
        var table = new TableReader(mapped.Table);
        foreach (var chunk in log.Records.Select(record => record.Id).Distinct().Chunk(RetrieveIds))
        {
            var present = await table.FindPresentAsync(connection, [.. chunk.Select(id => id.Value)], cancellationToken);
            if (present.Count == 0)
                continue;
            using (await gate.EnterAsync(cancellationToken))
            {
                var gone = await FindGoneAsync(mapped, present, cancellationToken);
                await using var transaction = await SyncSession.BeginAsync(connection, cancellationToken);
                var count = await mapped.Merger.DeleteAsync(connection, transaction, gone, cancellationToken);
                deleted += count;
                spared += gone.Count - count;
                Failpoints.Reach("deletes.merged");
                await transaction.CommitAsync(cancellationToken);
                Failpoints.Reach("deletes.committed");
            }
        }

        // A row with a queued change stays until the change has failed, and this part of the log is read again then.
        if (spared == 0)
        {
            progress = progress with { DeletesCoveredTo = log.LatestDateCovered.UtcDateTime };
            await progressTable.SaveAsync(connection, progress, cancellationToken);
        }

        Failpoints.Reach("deletes.covered");
        if (deleted > 0)
            LogDeleted(mapped.Name, deleted);
        return new PassOutcome(progress, deleted);
    }

    private async Task<List<string>> FindGoneAsync(MappedObject mapped, IReadOnlyList<string> sfids, CancellationToken cancellationToken)
    {
        using var found = await salesforce.Records.RetrieveAsync(
            mapped.Name, [.. sfids.Select(SalesforceId.Parse)], ["Id"], cancellationToken);
        return [.. sfids.Where((_, index) => found.Records[index] is null)];
    }

    [LoggerMessage(LogLevel.Information, "Deleted {Rows} rows of {ObjectName} by the org's delete log")]
    private partial void LogDeleted(string objectName, int rows);
}
