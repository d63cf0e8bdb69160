using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Server.Api.V1;

/// <summary>One mapping: how it stands, what it moves, and its change in place, which version 3 leaves to an import.</summary>
internal sealed class MappingEndpoints(ApiContext api)
{
    /// <summary>One change of a connection at a time, so that a revision that was compared is the one that is replaced.</summary>
    private readonly ConcurrentDictionary<Guid, SemaphoreSlim> _changing = new();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mappings/{id:guid}", ReadAsync).WithSummary("A mapping.").Produces<MappingView>();
        routes.MapPatch("/mappings/{id:guid}", ChangeAsync)
            .WithSummary("Changes a mapping in place: as an import of it alone, which loads only the difference.")
            .Takes<MappingChange>()
            .Produces<MappingView>()
            .Fails(409);
        routes.MapGet("/mappings/{id:guid}/metrics", MeasureAsync)
            .WithSummary("What a mapping holds and moves.")
            .Produces<MappingMetrics>();
    }

    private async Task<MappingView> ReadAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var (life, _, mapping) = await api.FindMappingAsync(http, id, cancellationToken);
        return MappingView.Of(life, mapping, await api.CountConflictsAsync(life, cancellationToken));
    }

    private async Task<MappingView> ChangeAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var (life, _, _) = await api.FindMappingAsync(http, id, cancellationToken);
        var body = await JsonBody<MappingChange>.ReadAsync(http, cancellationToken);
        var turn = _changing.GetOrAdd(life.Id, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            // Read again: the change before this one may have been of the same mapping.
            var (_, connection, mapping) = await api.FindMappingAsync(http, id, cancellationToken);
            await ImportAsync(http, life, connection, mapping, body, cancellationToken);
        }
        finally
        {
            turn.Release();
        }

        return await ReadAsync(http, id, cancellationToken);
    }

    private async Task ImportAsync(
        HttpContext http,
        ConnectionLife life,
        Connection connection,
        Mapping mapping,
        JsonBody<MappingChange> body,
        CancellationToken cancellationToken)
    {
        body.Members.Remove("revision");
        var file = MappingFileOfOne.Write(connection, mapping, body.Members, api.TimeProvider.GetUtcNow());
        try
        {
            MappingFile.Parse(file);
        }
        catch (ConfigurationException exception)
        {
            body.Problems.AddAll(exception.Problems, MappingFileOfOne.Place);
        }

        body.Problems.ThrowIfAny();
        if (body.Value.Revision is { } revision && revision != mapping.Revision)
        {
            throw ApiException.Conflict(
                $"{mapping.ObjectName} is at revision {mapping.Revision}, expected {revision}: somebody changed it meanwhile. "
                + "Read it again.");
        }

        RequestOutcome outcome;
        using (life.BeginImport())
        {
            var options = new ImportRequest(file, IsPreview: false).ToJson();
            outcome = await api.AskAsync(life, RequestKind.Import, objectName: null, options, cancellationToken);
        }

        if (!outcome.Succeeded)
            body.Problems.AddAll(outcome.Sentence.Split('\n'), MappingFileOfOne.Place).ThrowIfAny();
        var note = ApiContext.NoteOf(http, life, "mapping.change");
        await api.Fleet.NoteAsync(
            note with { Subject = mapping.ObjectName, After = JsonNode.Parse(outcome.Detail ?? "[]") }, cancellationToken);
    }

    private async Task<MappingMetrics> MeasureAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var (life, _, mapping) = await api.FindMappingAsync(http, id, cancellationToken);
        var counts = await api.BoardOf(life).ReadAsync(cancellationToken);
        var count = counts.Of(mapping.ObjectName);
        var live = life.LiveOf(mapping.ObjectName);
        var seenTo = live?.Progress.Poll?.SeenTo ?? live?.Progress.CursorStamp;
        return new MappingMetrics
        {
            CountedAt = count is null ? null : counts.ReadAt,
            PostgresRows = count?.DatabaseRows,
            SalesforceRows = count?.SalesforceRows,
            Queued = count?.Queued,
            Failed = count?.Failed,
            Cursor = MomentOf(live?.Progress.CursorStamp),
            CursorLagSeconds = MomentOf(seenTo) is { } seen && life.Host?.Salesforce.OrgNow is { } now
                ? Math.Max(0, Math.Round((now - seen).TotalSeconds, 3))
                : null,
            LastPollAt = live?.PulledAt,
            LastPushAt = live?.Flow.PushedAt,
            RowsRead = live?.Flow.Read,
            RowsWritten = live?.Flow.Written,
            ApiCalls = life.Host?.Salesforce.CallCount,
        };
    }

    private static DateTimeOffset? MomentOf(DateTime? utc) => utc is { } stamp ? new DateTimeOffset(stamp, TimeSpan.Zero) : null;
}
