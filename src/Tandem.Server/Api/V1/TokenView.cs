using System.Text;
using System.Text.Json.Serialization;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>A token of the API. Its text form leaves the secret out.</summary>
internal sealed record TokenView
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required AccessScope Scope { get; init; }

    public required string? AppName { get; init; }

    public required Guid? ConnectionId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To the minute; null for one that was never used.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>What opens the API: told when the token is made, and never again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    public static TokenView Of(ApiToken token) => new()
    {
        Id = token.Id,
        Name = token.Name,
        Scope = token.Scope,
        AppName = token.AppName,
        ConnectionId = token.ConnectionId,
        CreatedAt = token.CreatedAt,
        ExpiresAt = token.ExpiresAt,
        LastUsedAt = token.LastUsedAt,
    };

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Name = ").Append(Name);
        return true;
    }
}
