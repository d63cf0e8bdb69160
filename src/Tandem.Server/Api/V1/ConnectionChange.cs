using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V1;

/// <summary>
/// What is to be another of a connection; what is not given stays. Its name, app and schema are what they are, and the version of
/// Salesforce's API has an action of its own. With mappings, another database must be the same one that was moved.
/// </summary>
internal sealed record ConnectionChange : IConnectionOptions
{
    /// <summary>Another address of the same org.</summary>
    public Uri? LoginUrl { get; init; }

    /// <summary>
    /// The address of the database of its tables, which is stored encrypted and told without user and password; without it and db_key
    /// it stays where it is.
    /// </summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>The same by the name of a variable of the server's environment, or DATABASE_URL for the catalogue's.</summary>
    public string? DbKey { get; init; }

    /// <summary>Only while it has no mappings.</summary>
    public TypeProfile? Types { get; init; }

    public WriteAlgorithm? Writes { get; init; }

    public double? ArchiveAfterDays { get; init; }

    public double? ArchiveForDays { get; init; }

    public string? AssignmentRules { get; init; }

    public DuplicateChoice? Duplicates { get; init; }

    public LongTextChoice? LongText { get; init; }

    public ConnectionSignIn? SignIn { get; init; }
}
