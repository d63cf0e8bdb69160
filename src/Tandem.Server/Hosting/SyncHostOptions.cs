using Tandem.Postgres;
using Tandem.Salesforce.Auth;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;

namespace Tandem.Server.Hosting;

/// <summary>What a person gives to start one connection.</summary>
public sealed record SyncHostOptions
{
    /// <summary>The newest version of the API that Tandem knows.</summary>
    internal const string NewestApiVersion = "67.0";

    /// <summary>A <c>postgres://</c> URL or an Npgsql connection string.</summary>
    public required string DatabaseUrl { get; init; }

    /// <summary>That database as others work it too, which outlives the host; null opens it for the host alone.</summary>
    public TargetDatabase? Database { get; init; }

    /// <summary>Where the connection is stored; null when that is the database of its tables.</summary>
    public CatalogDatabase? Catalog { get; init; }

    /// <summary>The stored connection that is to be started; null finds or makes the one of the schema.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>The schema of the mapped tables.</summary>
    public string Schema { get; init; } = "salesforce";

    /// <summary>Where the org signs its users in; null takes the one stored in the catalogue.</summary>
    public Uri? OrgUrl { get; init; }

    /// <summary>Such as <c>67.0</c>; null takes the stored one, and the newest that is known for a new connection.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Keeps a refresh token that the org gave in place of the one before; null where none is stored.</summary>
    public Func<string, CancellationToken, Task>? RefreshTokenRotated { get; init; }

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

    /// <summary>The connection as it is asked for.</summary>
    /// <param name="stored">As the catalogue has it; null when it is new.</param>
    /// <param name="hasTables">It has mapped tables already, whose types stay.</param>
    /// <param name="newId">Of a new connection.</param>
    /// <exception cref="ConfigurationException">No org is known, or other types are asked for than the tables have.</exception>
    internal Connection ApplyTo(Connection? stored, bool hasTables, Guid newId)
    {
        var loginUrl = OrgUrl ?? stored?.LoginUrl
            ?? throw new ConfigurationException($"No org is known for the schema {Schema} yet: give its address with --org.");
        var connection = stored ?? new Connection
        {
            Id = newId, Name = Schema, LoginUrl = loginUrl, ApiVersion = NewestApiVersion, Schema = Schema,
        };
        return Settings.ApplyTo(
            connection with
            {
                LoginUrl = loginUrl,
                ApiVersion = ApiVersion ?? connection.ApiVersion,
                AppName = AppName ?? connection.AppName,
            },
            hasTables);
    }
}
