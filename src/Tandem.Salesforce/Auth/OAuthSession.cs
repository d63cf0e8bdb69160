using System.Text;

namespace Tandem.Salesforce.Auth;

/// <summary>An access token and whom it speaks for. Replaced whole at each refresh, so one reference is one session.</summary>
internal sealed record OAuthSession
{
    public required string AccessToken { get; init; }

    public required OrgIdentity Identity { get; init; }

    /// <summary>A refresh token that replaces the one just used; null when the org does not rotate them.</summary>
    public string? NewRefreshToken { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("OrganizationId = ").Append(Identity.OrganizationId);
        return true;
    }
}
