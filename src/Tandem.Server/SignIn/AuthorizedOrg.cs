using System.Text;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;

namespace Tandem.Server.SignIn;

/// <summary>
/// What a connection gets by a sign-in: the grant to store and the facts beside it. Whoever stores it asks once more, in the same
/// transaction, that the connection is still bound to this org or to none.
/// </summary>
public sealed record AuthorizedOrg
{
    /// <summary>The secret to store, encrypted.</summary>
    public required string RefreshToken { get; init; }

    /// <summary>The same as a client takes it, with the connected app's key and secret.</summary>
    public required OAuthGrant Grant { get; init; }

    public required SalesforceId OrganizationId { get; init; }

    public required string Username { get; init; }

    /// <summary>Where the org lives now; it may move with each new session.</summary>
    public required Uri InstanceUrl { get; init; }

    /// <summary>Where the grant is renewed: the connection's login address from now on.</summary>
    public required Uri LoginUrl { get; init; }

    /// <summary><c>production</c>, <c>sandbox</c> or <c>custom</c>.</summary>
    public required string Environment { get; init; }

    /// <summary>The org's My Domain when the environment is <c>custom</c>.</summary>
    public required string? Domain { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>The <c>user_info</c> of the REST API, a JSON object without secrets. Source: heroku-connect.md, section 12.4.</summary>
    public required string UserDetails { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("OrganizationId = ").Append(OrganizationId);
        return true;
    }
}
