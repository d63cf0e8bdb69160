using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Tandem.Simulator.Bulk.Ingest;
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

    public IngestStore Ingest { get; } = new(org.TimeProvider);

    public BulkQueryStore Queries { get; } = new(org.TimeProvider);

    public BulkLane IngestLane { get; } = new();

    public void Map(IEndpointRouteBuilder routes, ILoggerFactory loggers)
    {
        IngestEndpoints.Map(routes, this, new IngestRun(Rows, Control, loggers.CreateLogger<IngestRun>()));
        BulkQueryEndpoints.Map(routes, this, loggers.CreateLogger<BulkQueryEndpoints>());
    }

    public ValueTask DisposeAsync() => IngestLane.DisposeAsync();
}
