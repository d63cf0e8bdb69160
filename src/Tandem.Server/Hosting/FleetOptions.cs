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

    /// <summary>Other databases that connections may have their tables in: addresses by the names of variables.</summary>
    public IReadOnlyDictionary<string, string> Databases { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A connection that the person who starts the server gives; it must start. Null takes those that are stored.</summary>
    public SyncHostOptions? Given { get; init; }

    /// <summary>What stored sign-ins are encrypted by.</summary>
    public MasterKeys Keys { get; init; } = MasterKeys.None;

    /// <summary>How long sessions and notes of the audit trail last.</summary>
    public AccessOptions Access { get; init; } = new();

    /// <summary>Who is told of notifications.</summary>
    public NotifyOptions Notify { get; init; } = new();

    /// <summary>How long the removal of a connection waits for another program that works it.</summary>
    public TimeSpan RemovePatience { get; init; } = TimeSpan.FromSeconds(10);

    public SyncOptions Sync { get; init; } = new();
}
