using Tandem.Salesforce.Auth;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;

namespace Tandem.Server.Hosting;

/// <summary>What a person gives to start one connection.</summary>
public sealed record SyncHostOptions
{
    /// <summary>A <c>postgres://</c> URL or an Npgsql connection string.</summary>
    public required string DatabaseUrl { get; init; }

    /// <summary>The schema of the mapped tables.</summary>
    public string Schema { get; init; } = "salesforce";

    /// <summary>Where the org signs its users in; null takes the one stored in the catalogue.</summary>
    public Uri? OrgUrl { get; init; }

    public string ApiVersion { get; init; } = "67.0";

    /// <summary>The app that the connection belongs to; null keeps the stored one.</summary>
    public string? AppName { get; init; }

    /// <summary>Whether a start without any mapping is refused; a server that can be asked for some waits for them.</summary>
    public bool NeedsMappings { get; init; } = true;

    /// <summary>How to sign in. Not stored.</summary>
    public required OAuthGrant Grant { get; init; }

    /// <summary>Mappings to make or change before the start; empty works with those that are stored.</summary>
    public IReadOnlyList<Mapping> Mappings { get; init; } = [];

    /// <summary>What is asked of the connection; the rest stays as it is stored.</summary>
    public ConnectionSettings Settings { get; init; } = new();

    public SyncOptions Sync { get; init; } = new();
}
