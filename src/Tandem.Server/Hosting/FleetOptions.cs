using Tandem.Salesforce.Auth;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;

namespace Tandem.Server.Hosting;

/// <summary>What a server of many connections is started with.</summary>
public sealed record FleetOptions
{
    /// <summary>The control database, which holds the catalogue: a <c>postgres://</c> URL or an Npgsql connection string.</summary>
    public required string DatabaseUrl { get; init; }

    /// <summary>A connection that the person who starts the server gives; it must start. Null takes those that are stored.</summary>
    public SyncHostOptions? Given { get; init; }

    /// <summary>How to sign in for a stored connection; null when nobody has.</summary>
    public required Func<Connection, CancellationToken, Task<OAuthGrant?>> FindGrantAsync { get; init; }

    public SyncOptions Sync { get; init; } = new();
}
