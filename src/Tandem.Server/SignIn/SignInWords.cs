namespace Tandem.Server.SignIn;

/// <summary>What a refusal by Salesforce's sign-in page means for a person. Source: salesforce-api.md, section 1.8, and RFC 6749.</summary>
internal static class SignInWords
{
    private const int LongestDescription = 200;
    private const int LongestCode = 64;

    public const string Unknown =
        "This answer belongs to no sign-in that is under way: it was used already, it took too long, or the server was started again "
        + "meanwhile. Begin the sign-in again.";

    public const string OtherBrowser = "The sign-in was begun in another browser. Begin it again in this one.";

    public const string Full = "Too many sign-ins are under way. Try again in some minutes.";

    public const string NoCode = "Salesforce's answer holds neither a code nor an error. Begin the sign-in again.";

    public const string NoRefreshToken =
        "Salesforce gave a session but no refresh token, without which the connection would end with the session. Give the connected app "
        + "the scope \"Perform requests at any time (refresh_token, offline_access)\" and sign in again.";

    /// <param name="error">From the address of the callback, so anything.</param>
    public static string Explain(string error, string? description) => Advice(error) is { } advice
        ? $"{advice}{Quote(description)}"
        : $"Salesforce refused the sign-in with {CodeOf(error)}{Quote(description)}. Check the connected app and sign in again.";

    /// <summary>The code as it may stand in a text or an address.</summary>
    public static string CodeOf(string error) =>
        error.Length is > 0 and <= LongestCode && error.All(IsOfACode) ? error : "unknown_error";

    private static bool IsOfACode(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.';

    private static string? Advice(string error) => error switch
    {
        "access_denied" => "Access was not allowed, so nothing has changed. Sign in again and choose Allow.",
        "invalid_client_id" or "invalid_client" or "unauthorized_client" =>
            "Salesforce does not know the connected app. Check its consumer key, and that the org may use it.",
        "invalid_scope" => "The connected app lacks a scope that Tandem asks for. Give it api, refresh_token and id.",
        "redirect_uri_mismatch" => "The connected app does not name this server's callback address. Add it there.",
        "unsupported_response_type" => "The connected app does not allow the web server flow. Enable it.",
        "OAUTH_APP_ACCESS_DENIED" or "OAUTH_APP_BLOCKED" =>
            "The org does not let this user use the connected app. Ask an administrator of the org to allow it.",
        "login_required" or "interaction_required" or "consent_required" or "immediate_unsuccessful" =>
            "Salesforce wanted to ask something and was not let. Sign in again and answer it.",
        "inactive_user" => "The user is inactive. Reactivate it in Salesforce, or sign in as another one.",
        "inactive_org" => "The org is frozen or has expired. Reactivate it, or connect another one.",
        "server_error" or "temporarily_unavailable" => "Salesforce cannot sign anyone in at the moment. Try again later.",
        _ => null,
    };

    /// <summary>Salesforce's own words, as far as they can be nothing else than text.</summary>
    private static string Quote(string? description)
    {
        if (description is null)
            return "";
        var plain = new string([.. description.Where(character => character is >= ' ' and < '\u007f' and not ('<' or '>'))]).Trim();
        return plain.Length == 0 ? "" : $" (Salesforce: {plain[..Math.Min(plain.Length, LongestDescription)]})";
    }
}
