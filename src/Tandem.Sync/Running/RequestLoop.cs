using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Sync.Activity;
using Tandem.Sync.Catalog;
using Tandem.Sync.Faults;

namespace Tandem.Sync.Running;

/// <summary>
/// Takes the requests of its schema as they are announced, and looks for them at an interval besides. Each runs beside the others
/// until its outcome is written; what the end of a shift cuts off stays open, and the next shift begins it anew.
/// </summary>
public sealed partial class RequestLoop(
    LiveMappings mappings,
    IReadOnlyList<IRequestHandler> handlers,
    SyncOptions options,
    TimeProvider timeProvider,
    ILogger<RequestLoop> logger)
{
    /// <summary>
    /// Runs until cancelled, or until an outcome calls for a new shift. A failure of the database ends it; the shift judges that and runs
    /// it again.
    /// </summary>
    public async Task RunAsync(TargetDatabase database, CancellationToken cancellationToken)
    {
        var table = new RequestTable(database.DataSource, mappings.Schema);
        await using var listener = new ChannelListener(database.Control, RequestTable.Channel, timeProvider)
        {
            Payload = mappings.Schema,
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Dictionary<long, Task>();
        try
        {
            while (true)
            {
                await foreach (var done in Task.WhenEach(running.Values.Where(task => task.IsCompleted).ToList()))
                    await done;
                foreach (var id in running.Where(pair => pair.Value.IsCompleted).Select(pair => pair.Key).ToList())
                    running.Remove(id);
                while (await table.TakeAsync(running.Keys, stop.Token) is { } request)
                    running.Add(request.Id, CarryOutAsync(request, table, database, stop));
                await listener.WaitAsync(options.RequestInterval, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // An outcome calls for a new shift.
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CarryOutAsync(Request request, RequestTable table, TargetDatabase database, CancellationTokenSource stop)
    {
        await Task.Yield();
        LogTaken(request.Kind, request.ObjectName ?? "all mappings");
        var outcome = await RunAsync(request, stop.Token);
        Failpoints.Reach("request.done");
        await TellAsync(request, outcome, database, stop.Token);
        await table.FinishAsync(request.Id, outcome, stop.Token);
        LogDone(request.Kind, request.ObjectName ?? "all mappings", outcome.Sentence);
        if (outcome.EndsShift)
            await stop.CancelAsync();
    }

    private async Task<RequestOutcome> RunAsync(Request request, CancellationToken cancellationToken)
    {
        var targets = mappings.All
            .Where(mapping => request.ObjectName is not { } name || mapping.Mapped.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (targets.Count == 0 && request is not { Kind: RequestKind.Import, ObjectName: null })
        {
            return new RequestOutcome(
                false, $"{request.ObjectName ?? "Nothing"} is not mapped into the schema {mappings.Schema}; mapped are {ListNames()}.");
        }

        if (handlers.FirstOrDefault(handler => handler.Kind == request.Kind) is not { } handler)
            return new RequestOutcome(false, $"This server does not know how to {request.Kind}; it is older than the program that asks.");
        try
        {
            return await handler.RunAsync(request, targets, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var fault = FaultPolicy.Judge(exception);
            LogFailed(exception, request.Kind, fault.Sentence);
            return new RequestOutcome(false, fault.Sentence);
        }
    }

    /// <summary>What is not told by whoever does the work. A file that changes nothing, or only might, is no event.</summary>
    private async Task TellAsync(
        Request request, RequestOutcome outcome, TargetDatabase database, CancellationToken cancellationToken)
    {
        ActivityKind? kind = request.Kind switch
        {
            RequestKind.Import when outcome.EndsShift => ActivityKind.Import,
            RequestKind.Remove => ActivityKind.Remove,
            RequestKind.Recover => ActivityKind.Recover,
            _ => null,
        };
        if (kind is not { } told)
            return;
        await using var session = await database.DataSource.OpenConnectionAsync(cancellationToken);
        var entry = new ActivityEntry
        {
            Kind = told, ObjectName = request.ObjectName, Succeeded = outcome.Succeeded, Sentence = outcome.Sentence,
        };
        await new ActivityTable(mappings.Schema).AddAsync(session, entry, cancellationToken);
    }

    private string ListNames() => string.Join(", ", mappings.All.Select(mapping => mapping.Mapped.Name));

    [LoggerMessage(LogLevel.Information, "Asked to {Kind} {Target}")]
    private partial void LogTaken(RequestKind kind, string target);

    [LoggerMessage(LogLevel.Information, "{Kind} of {Target}: {Sentence}")]
    private partial void LogDone(RequestKind kind, string target, string sentence);

    [LoggerMessage(LogLevel.Warning, "{Kind} failed: {Sentence}")]
    private partial void LogFailed(Exception exception, RequestKind kind, string sentence);
}
