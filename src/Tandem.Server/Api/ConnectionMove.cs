using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Tandem.Server.Api.V1;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api;

/// <summary>
/// Gives a connection another schema or another database, for both versions of the API. While it has mappings, its schema stays, and
/// another database must be the same one at another address: that of its tables, moved, or reached by another user.
/// </summary>
internal sealed class ConnectionMove(ApiContext api)
{
    /// <param name="key">Names the database; the present one's changes nothing.</param>
    /// <param name="databaseUrl">The address to store; null where the key leads to it.</param>
    /// <returns>The life that follows.</returns>
    /// <exception cref="ApiException">It cannot be; nothing was changed.</exception>
    public async Task<ConnectionLife> RunAsync(
        HttpContext http, ConnectionLife life, string schema, string key, string? databaseUrl, CancellationToken cancellationToken)
    {
        var (present, mappings) = await api.ReadAsync(life, cancellationToken);
        var next = present with { Schema = schema, DatabaseKey = key };
        if (mappings.Count > 0 && next.Schema != present.Schema)
            throw Stays("schema_name", present.Schema);
        if (next.Schema != present.Schema)
        {
            var problems = new Problems();
            ConnectionRules.CheckSchema(next.Schema, problems);
            problems.ThrowIfAny();
        }

        var isElsewhere = databaseUrl is not null || next.DatabaseKey != present.DatabaseKey;
        var url = databaseUrl ?? (isElsewhere ? FindAddress(http, next.DatabaseKey) : null);
        var draft = new ConnectionDraft(next)
        {
            DatabaseUrl = databaseUrl,
            Note = ApiContext.NoteOf(http, life, "connection.move") with { Before = Describe(present), After = Describe(next) },
        };
        try
        {
            if (url is not null && mappings.Count > 0)
                await RefuseOtherTablesAsync(url, present, mappings, cancellationToken);
            var former = mappings.Count > 0 || next.IsInControlDatabase || url is null ? null : new FormerCatalog(url);
            var there = former is null ? null : await former.FindAsync(next.Schema, cancellationToken);
            if (there is not null)
                draft = draft with { Connection = there.PassTo(next), Mappings = there.Mappings };
            var moved = await api.Fleet.MoveAsync(life, draft, mappings.Count > 0, cancellationToken);
            if (former is not null && there is not null)
                await former.PauseAsync(there.Connection.Id, cancellationToken);
            return moved ?? throw ApiException.NotFound("connection");
        }
        catch (ConfigurationException exception) when (exception.InnerException is null or PostgresException)
        {
            throw ApiException.BadConfig(exception.Message, exception);
        }
    }

    private string FindAddress(HttpContext http, string key)
    {
        try
        {
            return api.FindDatabase(http, key);
        }
        catch (ConfigurationException exception)
        {
            throw ApiException.BadConfig($"db_key: {exception.Message}", exception);
        }
    }

    /// <summary>What was moved with its tables knows how far they had come, and of no other org.</summary>
    private static async Task RefuseOtherTablesAsync(
        string url, Connection present, IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken)
    {
        var former = new FormerCatalog(url);
        (await former.FindAsync(present.Schema, cancellationToken))?.PassTo(present);
        var worked = await former.ListWorkedAsync(present.Schema, cancellationToken);
        if (mappings.Any(mapping => !worked.Contains(mapping.ObjectName, StringComparer.Ordinal)))
            throw Stays("db_key", present.DatabaseKey);
    }

    private static ApiException Stays(string member, string present) => ApiException.BadConfig(
        $"{member} is {present} and cannot be changed: the connection has mappings, whose tables are there. Set up another connection for "
        + "another.");

    private static JsonObject Describe(Connection connection) => new()
    {
        ["schema_name"] = connection.Schema, ["db_key"] = connection.DatabaseKey,
    };
}
