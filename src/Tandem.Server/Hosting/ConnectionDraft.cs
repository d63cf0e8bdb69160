using Tandem.Salesforce.Auth;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Hosting;

/// <summary>A connection that is to be stored, with all that is stored in the same transaction.</summary>
public sealed record ConnectionDraft(Connection Connection)
{
    public IReadOnlyList<Mapping> Mappings { get; init; } = [];

    /// <summary>The address of its database; null where its key names one that the server knows.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>How it signs in; null waits for somebody who does.</summary>
    public OAuthGrant? Grant { get; init; }

    /// <summary>Who made it; null notes nothing in the audit trail.</summary>
    public AuditEntry? Note { get; init; }
}
