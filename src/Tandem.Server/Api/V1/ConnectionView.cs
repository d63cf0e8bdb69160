using Tandem.Postgres.Conflicts;
using Tandem.Server.Api.V3;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V1;

/// <summary>A connection: what is asked of it, by the names of a mapping file, and how it stands. Never what it signs in by.</summary>
internal sealed record ConnectionView
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required string AppName { get; init; }

    public required string SchemaName { get; init; }

    /// <summary>DATABASE_URL for the database of the catalogue, the name of another variable, or host:port/name of an address.</summary>
    public required string DbKey { get; init; }

    public required DatabaseAddress Database { get; init; }

    public required Uri LoginUrl { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>The org, 18 characters; null before the first sign-in.</summary>
    public required string? OrganizationId { get; init; }

    /// <summary>Who signed in for it by a browser; null when nobody has.</summary>
    public required string? Username { get; init; }

    public required string State { get; init; }

    /// <summary>A sentence where something is wrong.</summary>
    public required string? StateDescription { get; init; }

    public required bool IsPaused { get; init; }

    public required TypeProfile Types { get; init; }

    public required WriteAlgorithm Writes { get; init; }

    public required double ArchiveAfterDays { get; init; }

    public required double ArchiveForDays { get; init; }

    public required string AssignmentRules { get; init; }

    public required DuplicateChoice Duplicates { get; init; }

    public required LongTextChoice LongText { get; init; }

    /// <summary>
    /// Values that both sides had changed, as they were last counted, a minute ago at most; null while its database does not answer.
    /// </summary>
    public required ConflictCount? ConflictCounts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? AuthorizedAt { get; init; }

    /// <param name="connection">As the catalogue has it now.</param>
    public static ConnectionView Of(ApiContext api, ConnectionLife life, Connection connection, ConflictCounts? conflicts) => new()
    {
        Id = connection.Id,
        Name = connection.Name,
        AppName = connection.AppName,
        SchemaName = connection.Schema,
        DbKey = connection.DatabaseKey,
        Database = Views.LocationOf(api, connection),
        LoginUrl = connection.LoginUrl,
        ApiVersion = connection.ApiVersion,
        OrganizationId = connection.OrganizationId,
        Username = connection.Username,
        State = Views.Word(life.Standing.State.ToString()),
        StateDescription = life.Standing.Sentence,
        IsPaused = connection.IsPaused,
        Types = connection.Types,
        Writes = connection.Writes,
        ArchiveAfterDays = connection.ArchiveAfter.TotalDays,
        ArchiveForDays = connection.ArchiveFor.TotalDays,
        AssignmentRules = connection.Assignment.ToString(),
        Duplicates = connection.SavesDuplicates ? DuplicateChoice.Save : DuplicateChoice.Refuse,
        LongText = connection.CutsText ? LongTextChoice.Cut : LongTextChoice.Refuse,
        ConflictCounts = conflicts?.All,
        CreatedAt = connection.CreatedAt,
        AuthorizedAt = connection.AuthorizedAt,
    };
}
