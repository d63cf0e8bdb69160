using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Salesforce;
using Tandem.Server.Api.V1;
using Tandem.Server.Hosting;
using Tandem.Sync.ApiVersions;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V3;

/// <summary>
/// The version of the org's API that a connection uses: what another one would change, and the change to it, which wants the connection
/// paused. Source: heroku-connect.md, section 12.9.
/// </summary>
internal sealed class VersionEndpoints(ApiContext api)
{
    private static readonly QueryParameter TargetVersion = new("target_version", "Such as 61.0.");

    public void Map(IEndpointRouteBuilder routes)
    {
        var connection = routes.MapGroup("/api/v3/connections/{id:guid}");
        connection.MapGet("/schema-diff", ShowAsync)
            .WithSummary("What another version of Salesforce's API changes for each mapping.")
            .Takes(TargetVersion);
        connection.MapPost("/actions/change-sf-api-version", ChangeAsync)
            .WithSummary("Changes a paused connection to another version of Salesforce's API.")
            .Produces<SchemaDiff>(202)
            .Produces<VersionRefusal>(409);
    }

    private async Task<SchemaDiff> ShowAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var target = ReadVersion(TargetVersion.Read(http));
        var (connection, mappings) = await api.ReadAsync(life, cancellationToken);
        return Render(await CompareAsync(life, connection, mappings, target, cancellationToken));
    }

    /// <summary>
    /// What is unsafe does not keep the change from being made: the tables keep such columns as they are, and the difference tells what
    /// a person should do.
    /// </summary>
    private async Task<IResult> ChangeAsync(HttpContext http, Guid id, VersionRequest asked, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var target = ReadVersion(asked.TargetVersion);
        var (connection, mappings) = await api.ReadAsync(life, cancellationToken);
        if (!connection.IsPaused || life.Standing.State != ConnectionState.Paused)
            return await RefuseAsync($"The connection {connection.Name} is not paused; pause it first.");
        if (await ListBoundAsync() is { Count: > 0 } bound)
        {
            return await RefuseAsync(
                $"{string.Join(", ", bound)}: a Bulk job is under way, which only version {connection.ApiVersion} can end. Resume the "
                + "connection, wait until they are synced, and pause it again.");
        }

        var difference = await CompareAsync(life, connection, mappings, target, cancellationToken);
        var note = ApiContext.NoteOf(http, life, "connection.change-api-version") with
        {
            Before = new JsonObject { ["api_version"] = connection.ApiVersion }, After = new JsonObject { ["api_version"] = target },
        };
        var isChanged = await api.Fleet.ChangeAsync(
            async session =>
            {
                if (!await ApiVersionChange.ApplyAsync(session, id, target, cancellationToken))
                    return false;
                await AuditTable.AppendAsync(session, note, cancellationToken);
                return true;
            },
            cancellationToken);
        if (!isChanged)
            return await RefuseAsync($"The connection {connection.Name} was resumed meanwhile; pause it first.");
        return Results.Json(Render(difference) with { TargetVersion = target }, ApiJson.Options, statusCode: 202);

        Task<IReadOnlyList<string>> ListBoundAsync() => api.Fleet.ReadAsync(
            life, session => ApiVersionChange.ListBoundAsync(session, connection.Schema, cancellationToken), cancellationToken);

        async Task<IResult> RefuseAsync(string message) => Results.Json(
            new VersionRefusal("conflict", message, await ListBoundAsync()), ApiJson.Options, statusCode: 409);
    }

    /// <summary>By the session of the connection's work, or while that rests by one of its own.</summary>
    private async Task<SchemaDifference> CompareAsync(
        ConnectionLife life,
        Connection connection,
        IReadOnlyList<Mapping> mappings,
        string target,
        CancellationToken cancellationToken)
    {
        if (life.Host is { } host)
            return await RunAsync(host.Salesforce);
        using var org = await api.Fleet.OpenOrgAsync(connection, cancellationToken)
            ?? throw ApiException.Conflict($"Nobody has signed in to Salesforce for {connection.Name}; sign in first.");
        return await RunAsync(org);

        Task<SchemaDifference> RunAsync(SalesforceClient salesforce) =>
            new SchemaComparison(salesforce).RunAsync(connection.ApiVersion, target, mappings, cancellationToken);
    }

    private SchemaDiff Render(SchemaDifference difference) =>
        SchemaDiff.Of(difference, Guid.CreateVersion7(api.TimeProvider.GetUtcNow()));

    /// <summary>Clients write 61.0; people write 61 too.</summary>
    private static string ReadVersion(string? text) => text switch
    {
        [>= '1' and <= '9', >= '0' and <= '9'] => $"{text}.0",
        [>= '1' and <= '9', >= '0' and <= '9', '.', '0'] => text,
        _ => throw ApiException.BadRequest(
            $"target_version: expected a version of Salesforce's API such as 61.0, found {(string.IsNullOrEmpty(text) ? "none" : text)}."),
    };
}
