using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>A user as one is asked for. The password goes beside it, so that no text form can show it.</summary>
public sealed record NewUser
{
    /// <summary>1 to 64 letters a to z, digits, points, hyphens and underscores; unique whatever their case.</summary>
    public required string Name { get; init; }

    public string? Email { get; init; }

    public AccessScope Role { get; init; } = AccessScope.Read;
}
