namespace Tandem.Salesforce.Auth;

/// <summary>Which org and user a session belongs to, and where the org lives now.</summary>
public sealed record OrgIdentity
{
    public required SalesforceId OrganizationId { get; init; }

    public required SalesforceId UserId { get; init; }

    public required Uri InstanceUrl { get; init; }
}
