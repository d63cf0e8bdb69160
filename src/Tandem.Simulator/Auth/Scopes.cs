using System.Collections.Frozen;

namespace Tandem.Simulator.Auth;

/// <summary>What an app may ask for. Consent reads it, token answers repeat it. Source: salesforce-api.md, sections 1.2 and 1.7.</summary>
internal static class Scopes
{
    /// <summary>What an app gets that names nothing.</summary>
    public const string Default = "api refresh_token id";

    /// <summary>What the flows without a user at hand give, which bring no refresh token.</summary>
    public const string WithoutRefresh = "api id";

    private static readonly FrozenSet<string> Known = FrozenSet.Create(StringComparer.Ordinal,
        "api", "refresh_token", "offline_access", "full", "id", "openid", "profile", "email", "address", "phone", "web", "visualforce",
        "lightning", "content", "chatter_api", "custom_permissions", "wave_api", "eclair_api", "pardot_api", "chatbot_api",
        "cdp_api", "cdp_ingest_api", "cdp_query_api", "cdp_profile_api", "sfap_api", "interaction_api",
        "forgot_password", "user_registration_api");

    public static bool AreKnown(string scope) => Split(scope).All(Known.Contains);

    public static bool WantRefresh(string scope) => Split(scope).Any(one => one is "refresh_token" or "offline_access");

    public static bool WantIdToken(string scope) => Split(scope).Contains("openid", StringComparer.Ordinal);

    public static IReadOnlyList<string> Split(string scope) => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
