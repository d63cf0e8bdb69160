using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tandem.Salesforce;
using Tandem.Salesforce.Soql;
using Tandem.Sync.Faults;
using Tandem.Sync.Running;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.Schema;
using Tandem.Sync.Telemetry;

namespace Tandem.Sync.Pull;

/// <summary>
/// Reads what changed in the org since the cursor, and a little before it, in the order (cursor field, Id), and merges it in batches that
/// commit with their cursor; many changes go by <see cref="BulkPoll"/>. Deleted records come along where the object has a recycle bin.
/// The delete log, when it is due, and the ids that a filter needs travel in the same call. Reading anything twice is harmless: a row that
/// is already as it should be is not written, and when all is as the last poll found it, the database is not even asked.
/// Source: architecture.md, promise 1; salesforce-api.md, section 10.
/// </summary>
public sealed partial class Poll : IPullPass
{
    private readonly SalesforceClient _salesforce;
    private readonly ProgressTable _progressTable;
    private readonly SyncOptions _options;
    private readonly ILogger _logger;
    private readonly PollWriter _writer;
    private readonly BulkPoll _bulk;
    private readonly DeletePass _deletes;
    private readonly RowRemoval _removal;

    /// <summary>By object: what the last poll read and found to be so already.</summary>
    private readonly ConcurrentDictionary<string, KnownBatch> _known = new(StringComparer.Ordinal);

    public Poll(SalesforceClient salesforce, ProgressTable progressTable, SyncOptions options, ILoggerFactory loggers)
    {
        _salesforce = salesforce;
        _progressTable = progressTable;
        _options = options;
        _logger = loggers.CreateLogger<Poll>();
        _writer = new PollWriter(progressTable, options.Poll);
        _bulk = new BulkPoll(salesforce, progressTable, _writer, options, loggers.CreateLogger<BulkPoll>());
        _removal = new RowRemoval(salesforce);
        _deletes = new DeletePass(_removal, progressTable, options.Poll, loggers.CreateLogger<DeletePass>());
    }

    public CallKind Kind => CallKind.Poll;

    public bool IsDue(MappedObject mapped, Progress progress) => true;

    /// <summary>Reads everything that is new, or goes on with a Bulk query that an earlier run began.</summary>
    public Task<PassOutcome> RunAsync(PullTurn turn, CancellationToken cancellationToken) =>
        SyncTelemetry.TraceAsync(SyncTelemetry.PollSpan, turn.Mapped, () => ReadAsync(turn, cancellationToken));

    private async Task<PassOutcome> ReadAsync(PullTurn turn, CancellationToken cancellationToken)
    {
        var stored = turn.Progress.Poll
            ?? await _progressTable.Marks.ReadAsync(await turn.ConnectAsync(cancellationToken), turn.Mapped.Name, cancellationToken);
        turn = turn with
        {
            Progress = turn.Progress with { Poll = stored with { SeenTo = stored.SeenTo ?? turn.Progress.JobStartedAt } },
        };
        var read = await turn.BeginReadAsync(cancellationToken);
        var (progress, changed) = stored.JobId is null
            ? await PollAsync(turn, read, cancellationToken)
            : await ReadJobAsync(turn, read, ids: null, cancellationToken);
        if (changed > 0)
        {
            SyncTelemetry.CountChanged(turn.Mapped, changed);
            LogPolled(turn.Mapped.Name, changed);
        }

        return new PassOutcome(progress, changed);
    }

    private async Task<PassOutcome> PollAsync(PullTurn turn, long read, CancellationToken cancellationToken)
    {
        var (mapped, progress) = (turn.Mapped, turn.Progress);
        var now = _salesforce.OrgNow?.UtcDateTime;
        var batch = KnownBatch.Begin(mapped, turn.Gate, now);
        var condition = Condition(turn, now);
        var window = now is { } at ? _deletes.FindWindow(mapped, progress, at) : null;
        var question = new ChangesQuestion
        {
            ObjectName = mapped.Name,
            Soql = ChangeQuery.Ordered(mapped, condition),
            IncludesDeleted = mapped.HasRecycleBin,
            IdSoql = mapped.Mapping.Filter is null ? null : ChangeQuery.UnfilteredIds(mapped, condition),
            Deleted = window,
        };
        using var answer = await OrgOf(mapped).Changes.ReadAsync(question, cancellationToken);
        var seenTo = _salesforce.OrgNow?.UtcDateTime;

        var changed = 0;
        if (answer.Changes.TotalSize > _options.Poll.RestRows && await _bulk.StartAsync(turn, condition, cancellationToken) is { } started)
        {
            answer.Changes.Dispose();
            (progress, changed) = await ReadJobAsync(turn with { Progress = started }, read, answer.Ids, cancellationToken);
        }
        else
        {
            (progress, changed) = await ReadPagesAsync(turn, read, condition, answer, (batch, seenTo), cancellationToken);
        }

        if (window is not { } asked)
            return new PassOutcome(progress, changed);
        (progress, var deleted) = await _deletes.ApplyAsync(turn with { Progress = progress }, answer.Deleted, asked, cancellationToken);
        return new PassOutcome(progress, changed + deleted);
    }

    /// <summary>From where the poll reads: the cursor less the overlap.</summary>
    private string? Condition(PullTurn turn, DateTime? now)
    {
        var (progress, marks) = (turn.Progress, turn.Progress.Poll ?? new PollMarks());
        return progress.CursorStamp is { } cursor
            ? ChangeQuery.Since(turn.Mapped, cursor - CommitLag.Overlap(marks, now ?? cursor, _options.Poll))
            : null;
    }

    private async Task<PassOutcome> ReadJobAsync(PullTurn turn, long read, QueryPage? ids, CancellationToken cancellationToken)
    {
        var condition = Condition(turn, turn.Progress.Poll?.JobStartedAt);
        var (progress, changed) = await _bulk.ReadAsync(turn, read, cancellationToken);
        changed += await RemoveLeaversAsync(turn, ids, condition, cancellationToken);
        return new PassOutcome(await _bulk.FinishAsync(turn, progress, cancellationToken), changed);
    }

    private async Task<PassOutcome> ReadPagesAsync(
        PullTurn turn,
        long read,
        string? condition,
        ChangesAnswer answer,
        (KnownBatch? Batch, DateTime? SeenTo) begun,
        CancellationToken cancellationToken)
    {
        var (mapped, progress) = (turn.Mapped, turn.Progress);
        var hasFilter = mapped.Mapping.Filter is not null;
        var reader = new ChangeReader(mapped, progress.Poll?.SeenTo);
        var cursor = progress.CursorStamp;
        var (changed, batches) = (0, 0);
        var (known, only) = (_known.GetValueOrDefault(mapped.Name), begun.Batch);
        await PollPipeline.RunAsync(
            (writer, token) => ReadPagesAsync(mapped, answer.Changes, reader, writer, token),
            async (batch, token) =>
            {
                cursor = batch.Newest > cursor ? batch.Newest : cursor ?? batch.Newest;
                if (!hasFilter)
                    batch.Advance = before => before with { CursorStamp = cursor };
                only = batches++ == 0 ? only?.Note(batch) : null;
                if (only is not null && only.Repeats(known))
                {
                    (progress, only) = (batch.Advance(progress), known);
                    return;
                }

                (progress, var count) = await _writer.ApplyAsync(turn, progress, read, batch, token);
                changed += count;
            },
            cancellationToken);

        Remember(mapped.Name, changed == 0 ? only : null);

        // The cursor passes a filtered window only when the rows that left it are gone too.
        changed += await RemoveLeaversAsync(turn, answer.Ids, condition, cancellationToken);
        var marks = (progress.Poll ?? new PollMarks()) with { SeenTo = begun.SeenTo ?? progress.Poll?.SeenTo };
        var next = progress with { CursorStamp = cursor, Poll = marks };
        await _writer.SaveAsync(turn, progress, next, hasChanged: changed > 0, cancellationToken);
        Failpoints.Reach("poll.done");
        return new PassOutcome(next, changed);
    }

    private SalesforceClient OrgOf(MappedObject mapped) => _salesforce.For(mapped.Name, Kind);

    private void Remember(string objectName, KnownBatch? known)
    {
        if (known is null)
            _known.TryRemove(objectName, out _);
        else
            _known[objectName] = known;
    }

    /// <summary>A cursor that the org has dropped is made anew behind the last row that was read.</summary>
    private async Task ReadPagesAsync(
        MappedObject mapped, QueryPage first, ChangeReader reader, ChannelWriter<PollBatch> batches, CancellationToken cancellationToken)
    {
        var batch = new PollBatch();
        StampedId? resumed = null;
        for (var isDone = false; !isDone;)
        {
            try
            {
                await foreach (var page in OrgOf(mapped).Soql.ContinueAsync(first, cancellationToken))
                {
                    using (page)
                    {
                        foreach (var record in page.Records)
                        {
                            if (batch.IsFull(_options.MergeRows))
                            {
                                await batches.WriteAsync(batch, cancellationToken);
                                batch = new PollBatch();
                            }

                            reader.Read(record, batch);
                        }
                    }
                }

                isDone = true;
            }
            catch (SalesforceException exception) when (exception.Code == SalesforceErrorCodes.InvalidQueryLocator
                && reader.Last is { Stamp: not null } && reader.Last != resumed)
            {
                LogLocatorLost(mapped.Name);
            }

            if (isDone || reader.Last is not { Stamp: { } stamp } last)
                continue;
            resumed = last;
            first = await OrgOf(mapped).Soql.FirstPageAsync(
                ChangeQuery.Ordered(mapped, ChangeQuery.Behind(mapped, stamp, last.Id)), mapped.HasRecycleBin, cancellationToken);
        }

        if (batch.IsEmpty)
            batch.Dispose();
        else
            await batches.WriteAsync(batch, cancellationToken);
    }

    private async Task<int> RemoveLeaversAsync(PullTurn turn, QueryPage? ids, string? condition, CancellationToken cancellationToken)
    {
        if (turn.Mapped.Mapping.Filter is null)
            return 0;
        var soql = ChangeQuery.UnfilteredIds(turn.Mapped, condition);
        ids ??= await OrgOf(turn.Mapped).Soql.FirstPageAsync(soql, turn.Mapped.HasRecycleBin, cancellationToken);
        var leavers = new Leavers(new IdReader(OrgOf(turn.Mapped), _options.Poll), _removal);
        return await leavers.RemoveAsync(turn, soql, ids, cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Polled {ObjectName}: {Changed} rows changed")]
    private partial void LogPolled(string objectName, int changed);

    [LoggerMessage(LogLevel.Information, "The org dropped the cursor of a query of {ObjectName}; the query goes on behind the last row")]
    private partial void LogLocatorLost(string objectName);
}
