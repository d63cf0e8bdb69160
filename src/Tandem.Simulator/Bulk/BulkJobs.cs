using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Tandem.Simulator.Bulk.Ingest;
using Tandem.Simulator.Bulk.V1;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Bulk;

/// <summary>The Bulk API of one org: its jobs, the lanes that they run on, and the settings in force. The server makes it, maps its
/// endpoints and ends it.</summary>
internal sealed class BulkJobs(Org org, RecordSaver saver, BulkControl control) : IAsyncDisposable
{
    public Org Org { get; } = org;

    public BulkControl Control { get; } = control;

    public BulkRows Rows { get; } = new(org, saver);

    public BulkIds Ids { get; } = new();

    public BulkUsage Usage { get; } = new(org.TimeProvider);

    public BulkJobStore<IngestJob> Ingest { get; } = new(org.TimeProvider);

    public BulkJobStore<BulkQueryJob> Queries { get; } = new(org.TimeProvider);

    public BulkJobStore<V1Job> Classic { get; } = new(org.TimeProvider);

    public BulkLane IngestLane { get; } = new();

    public BulkLane BatchLane { get; } = new();

    public void Map(IEndpointRouteBuilder routes, V1Door door, ILoggerFactory loggers)
    {
        V1Endpoints.Map(routes, door, this, new V1Run(this, loggers.CreateLogger<V1Run>()));
        IngestEndpoints.Map(routes, this, new IngestRun(Rows, Control, Usage, loggers.CreateLogger<IngestRun>()));
        BulkQueryEndpoints.Map(routes, this, loggers.CreateLogger<BulkQueryEndpoints>());
    }

    /// <summary>The older API's jobs, as the lists of the newer one show them.</summary>
    public IEnumerable<(string Type, bool IsChunked, Action<Utf8JsonWriter> Write)> ListClassic(bool areQueries) => Classic.All()
        .Where(job => job.Target is null == areQueries)
        .Select(job => ("Classic", job.Chunking is not null,
            (Action<Utf8JsonWriter>)(writer => V1Answer.WriteJson(writer, V1Members.Listed(job)))));

    public async ValueTask DisposeAsync()
    {
        await IngestLane.DisposeAsync();
        await BatchLane.DisposeAsync();
        foreach (var job in Queries.All())
            await job.EndAsync();
    }
}
