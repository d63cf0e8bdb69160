namespace Tandem.Sync.Catalog;

/// <summary>Who signed in to Salesforce for a connection, without the secret that came of it.</summary>
public sealed record Authorization
{
    public required Uri LoginUrl { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>The org, 18 characters.</summary>
    public required string OrganizationId { get; init; }

    public required string Username { get; init; }

    /// <summary>What the org told of the user, a JSON object.</summary>
    public required string UserInfo { get; init; }
}
