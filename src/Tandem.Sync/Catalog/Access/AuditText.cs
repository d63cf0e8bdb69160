using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tandem.Sync.Catalog.Access;

/// <summary>
/// Takes out of audit notes what must not stand there: secrets, known by the names of their members or by their form, and characters that
/// Postgres does not keep. A guard behind the callers, who give no secrets, and not a licence to give some.
/// </summary>
internal static partial class AuditText
{
    public const string Hidden = "(hidden)";

    /// <summary>A member whose name, without separators, contains one of these holds secrets.</summary>
    private static readonly string[] SecretParts =
    [
        "password", "passwd", "passphrase", "secret", "privatekey", "refreshtoken", "accesstoken", "securitytoken", "sessionid", "apikey",
        "authorization", "cookie", "credential", "databaseurl", "connectionstring", "assertion", "codeverifier", "masterkey",
    ];

    private static readonly string[] SecretNames = ["token", "sid", "pwd"];

    /// <summary>A copy without secrets.</summary>
    public static JsonNode? Clean(JsonNode? node) => Clean(node, isSecret: false);

    public static string Clean(string text)
    {
        var clean = PrivateKey().Replace(text, Hidden);
        clean = TandemToken().Replace(clean, Hidden);
        clean = SalesforceSession().Replace(clean, Hidden);
        clean = SignedToken().Replace(clean, Hidden);
        clean = AddressPassword().Replace(clean, match => $"{match.Groups["before"].Value}{Hidden}@");
        clean = KeywordPassword().Replace(clean, match => $"{match.Groups["before"].Value}{Hidden}");
        // Half a surrogate pair becomes the replacement character, which is what Postgres can keep.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean.Replace('\0', '\uFFFD')));
    }

    private static JsonNode? Clean(JsonNode? node, bool isSecret) => node switch
    {
        null => null,
        JsonObject members => CleanMembers(members, isSecret),
        JsonArray items => new JsonArray([.. items.Select(item => Clean(item, isSecret))]),
        _ when isSecret => JsonValue.Create(Hidden),
        JsonValue value when value.TryGetValue(out string? text) => JsonValue.Create(Clean(text)),
        _ => node.DeepClone(),
    };

    private static JsonObject CleanMembers(JsonObject members, bool isSecret)
    {
        var clean = new JsonObject();
        foreach (var (name, value) in members)
            clean[Clean(name)] = Clean(value, isSecret || NamesSecret(name));
        return clean;
    }

    private static bool NamesSecret(string name)
    {
        var letters = string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return SecretNames.Contains(letters, StringComparer.Ordinal)
            || SecretParts.Any(part => letters.Contains(part, StringComparison.Ordinal));
    }

    [GeneratedRegex(
        "-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PrivateKey();

    [GeneratedRegex("tandem_[A-Za-z0-9_-]{43,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TandemToken();

    [GeneratedRegex("00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SalesforceSession();

    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.[\w-]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SignedToken();

    [GeneratedRegex(@"(?<before>://[^/\s:@]*:)\S*@", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AddressPassword();

    [GeneratedRegex(
        @"(?<before>\b(password|pwd|client_secret|refresh_token|access_token|assertion)\s*=\s*)[^;&\s]+",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex KeywordPassword();
}
