using Tandem.Salesforce;
using Tandem.Salesforce.Auth;

namespace Tandem.Server.SignIn;

/// <summary>A sign-in whose browser is at Salesforce. Kept in memory only: after a restart the person begins again.</summary>
internal sealed class PendingSignIn
{
    public required Guid ConnectionId { get; init; }

    public required AuthorizationRequest Request { get; init; }

    public required LoginHost Host { get; init; }

    public required ReturnAddress Next { get; init; }

    public required string ApiVersion { get; init; }

    public required SalesforceId? OrganizationId { get; init; }

    public required string? BrowserKey { get; init; }

    public required DateTimeOffset Expires { get; init; }
}
