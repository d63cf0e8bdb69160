using System.Text;
using Microsoft.Extensions.Logging;
using Tandem.Simulator.Http;
using Tandem.Simulator.Records;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>Works a batch off, away from the requests about it: runs its statement, cuts it by primary key, or saves its rows.</summary>
internal sealed partial class V1Run(BulkJobs bulk, ILogger<V1Run> logger)
{
    private const int HalvesOfDelay = 2;

    private DateTimeOffset Now => bulk.Org.TimeProvider.GetUtcNow();

    public async Task RunAsync(V1Job job, V1Batch batch, CancellationToken cancellationToken)
    {
        var half = bulk.Control.Settings.JobDelay / HalvesOfDelay;
        await WaitAsync(half, cancellationToken);
        if (job.State == V1JobState.Aborted)
        {
            batch.Skip(Now);
            return;
        }

        batch.Start(Now);
        try
        {
            await WaitAsync(half, cancellationToken);
            if (job.Target is { } target)
                await SaveAsync(job, target, batch, cancellationToken);
            else
                Query(job, batch);
        }
        catch (BulkInvalidException exception)
        {
            batch.Fail(exception.Message, Now);
        }
        catch (ApiException exception)
        {
            batch.Fail($"InvalidBatch : Failed to process query: {exception.ErrorCode}: {exception.Message}", Now);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogBug(exception, batch.Id);
            batch.Fail("InternalServerError : An unexpected error occurred", Now);
        }
    }

    private async Task SaveAsync(V1Job job, BulkTarget target, V1Batch batch, CancellationToken cancellationToken)
    {
        var drafts = new V1Rows(bulk.Rows).Read(target, job.Format, bulk.Org.AccessOf(job.Caller.UserId), batch.Content);
        var results = new List<SaveResult>(drafts.Count);
        foreach (var chunk in drafts.Chunk(BulkRows.ChunkRows))
            results.AddRange(await bulk.Rows.SaveAsync(target, chunk, job.Caller, cancellationToken));
        batch.Complete(results, Now);
    }

    private void Query(V1Job job, V1Batch batch)
    {
        if (bulk.Control.Settings is { FailsQueries: true } settings)
            throw new BulkInvalidException(settings.FailMessage);
        var query = BulkStatement.Bind(Encoding.UTF8.GetString(batch.Content.Span), bulk.Org, job.Caller);
        if (!query.Table.Type.Name.Equals(job.ObjectName, StringComparison.OrdinalIgnoreCase))
            throw new BulkInvalidException($"InvalidBatch : The job is about {job.ObjectName}, the query about {query.Table.Type.Name}");
        var canChunk = query.Query.OrderBy.Count == 0 && query.Query.Limit is null;
        if (job.Chunking is { } chunking && batch.Range is null && canChunk)
        {
            Cut(job, batch, chunking, query);
            return;
        }

        var rows = query.Run(job.Operation == "queryAll").Rows;
        if (batch.Range is { } range)
        {
            rows = [.. rows.Where(row => row.Values[0] is string id && string.CompareOrdinal(id, range.From) >= 0
                && (range.To is null || string.CompareOrdinal(id, range.To) < 0))];
        }

        batch.Complete(new V1QueryResult { Id = bulk.Ids.Next("752"), Query = query, Rows = rows }, Now);
    }

    /// <summary>The batch itself does nothing more; its chunks take its place and queue up.</summary>
    private void Cut(V1Job job, V1Batch batch, V1Chunking chunking, BoundQuery query)
    {
        var chunks = chunking.Ranges(query.Table).Select(range => new V1Batch(Now)
        {
            Id = bulk.Ids.Next("751"),
            JobId = job.Id,
            Content = batch.Content,
            Range = range,
        }).ToArray();
        job.AddChunks(chunks);
        batch.Skip(Now);
        foreach (var chunk in chunks)
            bulk.BatchLane.Add(cancellationToken => RunAsync(job, chunk, cancellationToken));
    }

    private Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) =>
        time > TimeSpan.Zero ? Task.Delay(time, bulk.Org.TimeProvider, cancellationToken) : Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "The batch {BatchId} failed in a way that nobody foresaw.")]
    private partial void LogBug(Exception exception, string batchId);
}
