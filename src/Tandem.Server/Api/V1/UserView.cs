using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>A person who signs in by name and password.</summary>
internal sealed record UserView
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required string? Email { get; init; }

    public required AccessScope Role { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset PasswordChangedAt { get; init; }

    /// <summary>The last time; null for one who never did.</summary>
    public required DateTimeOffset? SignedInAt { get; init; }

    public static UserView Of(LocalUser user) => new()
    {
        Id = user.Id,
        Name = user.Name,
        Email = user.Email,
        Role = user.Role,
        CreatedAt = user.CreatedAt,
        PasswordChangedAt = user.PasswordChangedAt,
        SignedInAt = user.SignedInAt,
    };
}
