using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Tandem.Server.Access;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api;

/// <summary>What the endpoints share: the connections as each caller may see them, and their counts.</summary>
internal sealed class ApiContext(ConnectionFleet fleet, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<Guid, StatusBoard> _boards = new();
    private readonly ConcurrentDictionary<Guid, ConflictBoard> _conflicts = new();

    public ConnectionFleet Fleet => fleet;

    public TimeProvider TimeProvider => timeProvider;

    /// <summary>Who asks; the gate has let the caller in.</summary>
    public static Caller CallerOf(HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("The request has not passed the gate.");

    /// <exception cref="ApiException">The caller may not do everything.</exception>
    public static void NeedsAdministrator(HttpContext http)
    {
        if (CallerOf(http) is not { MayChange: true, IsUnlimited: true })
            throw ApiException.Forbidden("Only an admin whose token is limited to no app and no connection sees this.");
    }

    /// <summary>The connections that there are for the caller.</summary>
    public IEnumerable<ConnectionLife> ConnectionsOf(HttpContext http)
    {
        var caller = CallerOf(http);
        return fleet.All.Where(life => caller.Covers(life.Id, life.Connection.AppName));
    }

    /// <exception cref="ApiException">There is none of this id for the caller.</exception>
    public ConnectionLife Find(HttpContext http, Guid id) =>
        ConnectionsOf(http).FirstOrDefault(life => life.Id == id) ?? throw ApiException.NotFound("connection");

    /// <summary>As the catalogue has it now.</summary>
    public async Task<(Connection Connection, IReadOnlyList<Mapping> Mappings)> ReadAsync(
        ConnectionLife life, CancellationToken cancellationToken)
    {
        var connection = await fleet.Catalog.FindConnectionAsync(life.Connection.Schema, cancellationToken) ?? life.Connection;
        return (connection, await fleet.Catalog.ListMappingsAsync(life.Id, cancellationToken));
    }

    /// <exception cref="ApiException">There is none of this id for the caller.</exception>
    public async Task<(ConnectionLife Life, Connection Connection, Mapping Mapping)> FindMappingAsync(
        HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        foreach (var life in ConnectionsOf(http))
        {
            var (connection, mappings) = await ReadAsync(life, cancellationToken);
            if (mappings.FirstOrDefault(mapping => mapping.Id == id) is { } found)
                return (life, connection, found);
        }

        throw ApiException.NotFound("mapping");
    }

    /// <summary>A note for the audit trail: that the caller does something to a connection.</summary>
    public static AuditEntry NoteOf(HttpContext http, ConnectionLife life, string action) => new()
    {
        Actor = CallerOf(http).Actor, Action = action, Subject = life.Connection.Name, ConnectionId = life.Id,
    };

    /// <summary>Hands a request in and waits for it.</summary>
    /// <exception cref="ApiException">The connection is not at work.</exception>
    public async Task<RequestOutcome> AskAsync(
        ConnectionLife life, RequestKind kind, string? objectName, string options, CancellationToken cancellationToken)
    {
        AtWork(life);
        return await fleet.DeskOf(life, options).AskAsync(kind, objectName, cancellationToken);
    }

    public StatusBoard BoardOf(ConnectionLife life) => _boards.GetOrAdd(life.Id, _ => new StatusBoard(life, timeProvider));

    public Task<ConflictCounts> CountConflictsAsync(ConnectionLife life, CancellationToken cancellationToken) =>
        _conflicts.GetOrAdd(life.Id, _ => new ConflictBoard(life, fleet, timeProvider)).ReadAsync(cancellationToken);

    /// <summary>Runs something on the connection's database.</summary>
    /// <exception cref="ApiException">The connection is not at work.</exception>
    public static async Task<T> QueryAsync<T>(
        ConnectionLife life, Func<NpgsqlConnection, Task<T>> query, CancellationToken cancellationToken)
    {
        await using var session = await AtWork(life).DataSource.OpenConnectionAsync(cancellationToken);
        return await query(session);
    }

    /// <exception cref="ApiException">The connection is not at work.</exception>
    public static SyncHost AtWork(ConnectionLife life) => life.Host ?? throw ApiException.Conflict(
        life.Standing.Sentence ?? $"The connection {life.Connection.Name} is not at work; resume it first.");
}
