using Tandem.Server.Access;
using Tandem.Server.Notify;
using Tandem.Server.Secrets;
using Tandem.Sync.Running;

namespace Tandem.Server.Hosting;

/// <summary>What a server of many connections is started with.</summary>
public sealed record FleetOptions
{
    /// <summary>The control database, which holds the catalogue: a <c>postgres://</c> URL or an Npgsql connection string.</summary>
    public required string DatabaseUrl { get; init; }

    /// <summary>A connection that the person who starts the server gives; it must start. Null takes those that are stored.</summary>
    public SyncHostOptions? Given { get; init; }

    /// <summary>What stored sign-ins are encrypted by.</summary>
    public MasterKeys Keys { get; init; } = MasterKeys.None;

    /// <summary>How long sessions and notes of the audit trail last.</summary>
    public AccessOptions Access { get; init; } = new();

    /// <summary>Who is told of notifications.</summary>
    public NotifyOptions Notify { get; init; } = new();

    public SyncOptions Sync { get; init; } = new();
}
