namespace Tandem.Simulator.Auth;

/// <summary>
/// A refused sign-in as OAuth says it: <c>error</c> and <c>error_description</c>; thrown and answered inside the sign-in.
/// Source: salesforce-api.md, section 1.8.
/// </summary>
internal sealed class OAuthException(string error, string description) : Exception($"{error}: {description}")
{
    public string Error { get; } = error;

    public string Description { get; } = description;

    public static OAuthException InvalidGrant(string description) => new("invalid_grant", description);

    public static OAuthException InvalidRequest(string description) => new("invalid_request", description);

    public static OAuthException InvalidClient() => new("invalid_client", "invalid client credentials");

    /// <summary>A sign-in that was judged and not allowed.</summary>
    public static OAuthException Of(LoginVerdict verdict) => verdict switch
    {
        LoginVerdict.InactiveUser => new("inactive_user", "user is inactive"),
        LoginVerdict.InactiveOrg => new("inactive_org", "organization is inactive"),
        LoginVerdict.RateExceeded => InvalidGrant("login rate exceeded"),
        _ => InvalidGrant("authentication failure"),
    };
}
