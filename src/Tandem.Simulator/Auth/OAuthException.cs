namespace Tandem.Simulator.Auth;

/// <summary>
/// A refusal in OAuth's shape, an object with <c>error</c> and <c>error_description</c>; thrown and answered inside the sign-in.
/// Source: salesforce-api.md, section 1.8.
/// </summary>
internal sealed class OAuthException(string error, string description) : Exception($"{error}: {description}")
{
    public string Error { get; } = error;

    public string Description { get; } = description;

    public static OAuthException InvalidGrant(string description) => new("invalid_grant", description);

    public static OAuthException InvalidRequest(string description) => new("invalid_request", description);
}
