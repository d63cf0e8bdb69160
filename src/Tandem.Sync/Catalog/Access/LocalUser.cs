using System.Text.Json.Serialization;

namespace Tandem.Sync.Catalog.Access;

/// <summary>A person who signs in by name and password. The password's hash is not here.</summary>
public sealed record LocalUser
{
    public required Guid Id { get; init; }

    /// <summary>Unique, whatever its case.</summary>
    public required string Name { get; init; }

    /// <summary>Unique, whatever its case; a person may sign in by it.</summary>
    public string? Email { get; init; }

    [JsonConverter(typeof(AccessScopeConverter))]
    public required AccessScope Role { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset PasswordChangedAt { get; init; }

    /// <summary>The last time; null for one who never did.</summary>
    public DateTimeOffset? SignedInAt { get; init; }
}
