using System.Runtime.CompilerServices;
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
    private readonly ConditionalWeakTable<ConnectionLife, StatusBoard> _boards = [];
    private readonly ConditionalWeakTable<ConnectionLife, ConflictBoard> _conflicts = [];

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

    /// <summary>The names of databases that the caller may choose among: a limited one's connections stay where they are.</summary>
    public IReadOnlyList<string> DatabasesOf(HttpContext http) => CallerOf(http) is { IsUnlimited: true }
        ? fleet.Addresses.Names
        : [.. fleet.Addresses.Names.Where(name => name == Connection.ControlDatabase
            || ConnectionsOf(http).Any(life => life.Connection.DatabaseKey == name))];

    /// <summary>The address of a database that the caller chooses by its name.</summary>
    /// <exception cref="ConfigurationException">There is none of this name for the caller.</exception>
    public string FindDatabase(HttpContext http, string name) =>
        DatabasesOf(http) is var names && names.Contains(name, StringComparer.Ordinal) && fleet.Addresses.Find(name) is { } url
            ? url
            : throw new ConfigurationException(
                "Expected the name of a variable of the server that holds a database's address, which here are "
                + $"{string.Join(", ", names)}; found another text.");

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
        var connection = await fleet.Catalog.FindConnectionAsync(life.Id, cancellationToken) ?? life.Connection;
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
        var desk = await fleet.OpenDeskAsync(life, options, cancellationToken);
        return await desk.AskAsync(kind, objectName, cancellationToken);
    }

    public StatusBoard BoardOf(ConnectionLife life) => _boards.GetValue(life, each => new StatusBoard(each, timeProvider));

    /// <returns>Null while the connection's database does not answer.</returns>
    public Task<ConflictCounts?> CountConflictsAsync(ConnectionLife life, CancellationToken cancellationToken) =>
        _conflicts.GetValue(life, each => new ConflictBoard(each, fleet, timeProvider)).ReadAsync(cancellationToken);

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
