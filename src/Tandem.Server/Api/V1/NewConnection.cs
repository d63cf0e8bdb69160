using System.ComponentModel.DataAnnotations;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V1;

/// <summary>A connection as one is asked for.</summary>
internal sealed record NewConnection : IConnectionOptions
{
    /// <summary>1 to 100 characters that can be seen, unique.</summary>
    [Required]
    public string? Name { get; init; }

    /// <summary>The app that it belongs to; the caller's own for one that is limited to an app, else tandem.</summary>
    public string? AppName { get; init; }

    /// <summary>The schema of the mapped tables, unique; it is made when it is not there.</summary>
    [Required]
    public string? SchemaName { get; init; }

    /// <summary>
    /// The address of the database of its tables, which is stored encrypted and told without user and password; without it and db_key
    /// that of the catalogue.
    /// </summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>The same by the name of a variable of the server's environment, or DATABASE_URL for the catalogue's.</summary>
    public string? DbKey { get; init; }

    /// <summary>Where the org signs its users in.</summary>
    [Required]
    public Uri? LoginUrl { get; init; }

    /// <summary>Such as 67.0; the newest that Tandem knows without it.</summary>
    public string? ApiVersion { get; init; }

    public TypeProfile? Types { get; init; }

    public WriteAlgorithm? Writes { get; init; }

    public double? ArchiveAfterDays { get; init; }

    public double? ArchiveForDays { get; init; }

    /// <summary>off, on, or rules such as Case=01Q000000000001EAA.</summary>
    public string? AssignmentRules { get; init; }

    public DuplicateChoice? Duplicates { get; init; }

    public LongTextChoice? LongText { get; init; }

    /// <summary>Without it somebody signs in for it by a browser.</summary>
    public ConnectionSignIn? SignIn { get; init; }
}
