using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Postgres.Conflicts;
using Tandem.Sync.Activity;

namespace Tandem.Server.Api.V1;

/// <summary>
/// What happened in a connection: its conflicts, and what it did. Both stand beside the rows, so that a rest does not hide them.
/// </summary>
internal sealed class HistoryEndpoints(ApiContext api)
{
    private static readonly QueryParameter Object = new("object", "Only of the object of this API name.");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/connections/{id:guid}/conflicts", ListConflictsAsync)
            .WithSummary("Values that both sides had changed, the newest first.")
            .Lists<ConflictView>(Object);
        routes.MapGet("/connections/{id:guid}/activity", ListActivityAsync)
            .WithSummary("What happened, the newest first: loads, polls and pushes by the minute, verifies, imports, pauses, faults.")
            .Lists<ActivityEntry>(Object);
    }

    private async Task<ItemList<ConflictView>> ListConflictsAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var page = Page.Read(http);
        var before = page.AfterNumber;
        var table = Object.Read(http)?.ToLowerInvariant();
        var (_, mappings) = await api.ReadAsync(life, cancellationToken);
        var objects = mappings.Select(mapping => mapping.ObjectName)
            .ToDictionary(name => name.ToLowerInvariant(), StringComparer.Ordinal);
        var log = new ConflictLog(life.Connection.Schema);
        var found = await api.Fleet.ReadAsync(
            life,
            session => log.ListAsync(session, before, table, page.Limit + 1, cancellationToken),
            cancellationToken);
        return page.Of(found, conflict => conflict.Id).Select(conflict => new ConflictView
        {
            Id = conflict.Id,
            ObjectName = objects.GetValueOrDefault(conflict.Table),
            TableName = conflict.Table,
            Sfid = conflict.Sfid,
            Column = conflict.Column,
            LocalValue = conflict.LocalValue,
            SalesforceValue = conflict.SalesforceValue,
            Winner = conflict.SalesforceWins ? ConflictWinner.Salesforce : ConflictWinner.Local,
            DecidedAt = conflict.DecidedAt,
        });
    }

    private async Task<ItemList<ActivityEntry>> ListActivityAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var page = Page.Read(http);
        var before = page.AfterNumber;
        var table = new ActivityTable(life.Connection.Schema);
        var found = await api.Fleet.ReadAsync(
            life,
            session => table.ListAsync(session, before, Object.Read(http), page.Limit + 1, cancellationToken),
            cancellationToken);
        return page.Of(found, entry => entry.Id);
    }
}
