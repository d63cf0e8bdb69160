namespace Tandem.Salesforce.Auth;

/// <summary>Who a session acts as, in Salesforce's own words. Source: salesforce-api.md, section 1.10.</summary>
public sealed record UserIdentity
{
    public required SalesforceId OrganizationId { get; init; }

    public required SalesforceId UserId { get; init; }

    public required string Username { get; init; }

    /// <summary>The identity's whole answer, a JSON object; it holds no secret.</summary>
    public required string Answer { get; init; }
}
