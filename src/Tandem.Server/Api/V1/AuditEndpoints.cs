using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tandem.Server.Api.V1;

/// <summary>The audit trail, for those who may do everything.</summary>
internal sealed class AuditEndpoints(ApiContext api)
{
    private static readonly QueryParameter Connection = new("connection", "Only the changes of this connection, by its id or its name.");

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/audit", ListAsync)
        .WithSummary("Every change of configuration, the newest first.")
        .Lists<AuditView>(Connection);

    private async Task<ItemList<AuditView>> ListAsync(HttpContext http, CancellationToken cancellationToken)
    {
        ApiContext.NeedsAdministrator(http);
        var page = Page.Read(http);
        var before = page.AfterNumber;
        Guid? connection = null;
        if (Connection.Read(http) is { } asked)
        {
            // The trail outlives connections, which are found by their ids then.
            connection = Guid.TryParse(asked, out var id) ? id : await api.Fleet.Tokens.FindConnectionIdAsync(asked, cancellationToken);
        }

        var notes = await api.Fleet.Audit.ListAsync(before, connection, page.Limit + 1, cancellationToken);
        return page.Of(notes, note => note.Id).Select(AuditView.Of);
    }
}
