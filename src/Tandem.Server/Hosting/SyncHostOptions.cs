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

    /// <summary>How to sign in. Not stored.</summary>
    public required OAuthGrant Grant { get; init; }

    /// <summary>Mappings to make or change before the start; empty works with those that are stored.</summary>
    public IReadOnlyList<Mapping> Mappings { get; init; } = [];

    /// <summary>Which column types new tables get; null takes what is stored, and for a new connection those of Heroku Connect.</summary>
    public TypeProfile? Types { get; init; }

    /// <summary>How local changes are sent; null takes what is stored, and for a new connection ordered writes.</summary>
    public WriteAlgorithm? Writes { get; init; }

    /// <summary>When processed entries of the change log move to its archive; null takes what is stored.</summary>
    public TimeSpan? ArchiveAfter { get; init; }

    /// <summary>When they leave the archive; null takes what is stored.</summary>
    public TimeSpan? ArchiveFor { get; init; }

    /// <summary>Which assignment rules of the org run for what is written; null takes what is stored.</summary>
    public AssignmentRules? Assignment { get; init; }

    /// <summary>Whether a record is saved although a duplicate rule alerts; null takes what is stored.</summary>
    public bool? SavesDuplicates { get; init; }

    /// <summary>Whether text is cut that is longer than its field; null takes what is stored.</summary>
    public bool? CutsText { get; init; }

    public SyncOptions Sync { get; init; } = new();
}
