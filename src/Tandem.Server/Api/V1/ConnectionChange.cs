using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V1;

/// <summary>
/// What is to be another of a connection; what is not given stays. Its name, app and schema are what they are, and the version of
/// Salesforce's API has an action of its own.
/// </summary>
internal sealed record ConnectionChange : IConnectionOptions
{
    /// <summary>Another address of the same org.</summary>
    public Uri? LoginUrl { get; init; }

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
