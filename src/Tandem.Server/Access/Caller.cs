using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>Who makes a request, and what may be done in its course. Made from a token or from a session; endpoints ask it.</summary>
public sealed record Caller
{
    /// <summary>For the audit trail.</summary>
    public required Actor Actor { get; init; }

    public required AccessScope Scope { get; init; }

    /// <summary>Only the connections of this app, when given.</summary>
    public string? AppName { get; init; }

    /// <summary>Only this connection, when given.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>Whether it may change what it covers.</summary>
    public bool MayChange => Scope == AccessScope.Admin;

    /// <summary>Whether it covers everything: what belongs to no connection, such as users and tokens, is for these only.</summary>
    public bool IsUnlimited => AppName is null && ConnectionId is null;

    /// <summary>Whether a connection exists for this caller at all; to others it must look as if it did not.</summary>
    /// <param name="appName">The app that the connection belongs to; null when it belongs to none.</param>
    public bool Covers(Guid connectionId, string? appName) =>
        (ConnectionId is null || ConnectionId == connectionId)
        && (AppName is null || string.Equals(AppName, appName, StringComparison.Ordinal));
}
