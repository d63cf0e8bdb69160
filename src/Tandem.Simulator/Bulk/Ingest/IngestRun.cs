using Microsoft.Extensions.Logging;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>
/// Works an ingest job off, away from the requests about it: waits as configured, tells the rows apart, saves chunk after chunk. What
/// makes the whole job fail ends it there; chunks that are saved stay saved.
/// </summary>
internal sealed partial class IngestRun(BulkRows rows, BulkControl control, BulkUsage usage, ILogger<IngestRun> logger)
{
    private const int HalvesOfDelay = 2;

    public async Task RunAsync(IngestJob job, CancellationToken cancellationToken)
    {
        var settings = control.Settings;
        var half = settings.JobDelay / HalvesOfDelay;
        await WaitAsync(half, cancellationToken);
        if (!job.TryStart(out var content))
            return;
        try
        {
            await WaitAsync(half, cancellationToken);
            job.End(await SaveAsync(job, content, settings, cancellationToken));
        }
        catch (BulkInvalidException exception)
        {
            job.End(exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogBug(exception, job.Id);
            job.End("InternalServerError : An unexpected error occurred");
        }
    }

    /// <summary>Returns why the job fails after all; null when it does not.</summary>
    private async Task<string?> SaveAsync(
        IngestJob job, ReadOnlyMemory<byte> content, BulkSettings settings, CancellationToken cancellationToken)
    {
        var target = job.Request.Target;
        var upload = IngestUpload.Of(content, job.Request.Dialect);
        job.Keep(upload);
        upload.RequireLineEnd();
        if (upload.IsEmpty)
            return null;
        usage.NoteRows(upload.Rows);

        var parser = new CsvParser(job.Request.Dialect.Delimiter);
        upload.ReadHead(parser);
        var columns = CsvColumns.Read(parser, target, rows.Org.AccessOf(job.Caller.UserId));
        var saved = 0;
        foreach (var start in Chunks(upload.Rows, settings))
        {
            if (saved++ == settings.FailAfterChunks)
                return settings.FailMessage;
            var end = Math.Min(upload.Rows, start + BulkRows.ChunkRows);
            if (!job.TryAdd(await SaveChunkAsync(job, upload, columns, parser, start, end, cancellationToken)))
                return null;
        }

        return saved == settings.FailAfterChunks ? settings.FailMessage : null;
    }

    private async Task<RowOutcome[]> SaveChunkAsync(IngestJob job, IngestUpload upload, CsvColumns columns, CsvParser parser,
        int start, int end, CancellationToken cancellationToken)
    {
        var target = job.Request.Target;
        var drafts = new List<RecordDraft>(end - start);
        for (var row = start; row < end; row++)
        {
            upload.ReadRow(parser, row);
            drafts.Add(rows.Read(target, columns, parser));
        }

        var results = await rows.SaveAsync(target, drafts, job.Caller, cancellationToken);
        var outcomes = new RowOutcome[drafts.Count];
        for (var at = 0; at < outcomes.Length; at++)
        {
            outcomes[at] = new RowOutcome(start + at, results[at].Id ?? RecordId.Expand(drafts[at].Id), results[at].IsCreated,
                results[at].IsSuccess ? null : BulkRows.Explain(results[at].Errors));
        }

        return outcomes;
    }

    private static int[] Chunks(int count, BulkSettings settings)
    {
        var starts = Enumerable.Range(0, (count + BulkRows.ChunkRows - 1) / BulkRows.ChunkRows).Select(chunk => chunk * BulkRows.ChunkRows)
            .ToArray();
        if (settings.ShufflesChunks)
            Shuffle.Apply(starts, settings.Seed);
        return starts;
    }

    private Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) =>
        time > TimeSpan.Zero ? Task.Delay(time, rows.Org.TimeProvider, cancellationToken) : Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "The ingest job {JobId} failed in a way that nobody foresaw.")]
    private partial void LogBug(Exception exception, string jobId);
}
