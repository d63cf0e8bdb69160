using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tandem.Simulator.Auth;

/// <summary>
/// Checks the assertion of the JWT bearer flow, and is patient with what clients in use send: an expiry in milliseconds or as a string,
/// an audience without a scheme, a header without a type. Source: salesforce-api.md, section 1.4.
/// </summary>
internal sealed class JwtAssertion(OAuthSettings settings, TimeProvider timeProvider)
{
    private const int Parts = 3;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(3);

    /// <summary>Throws unless the assertion speaks for the configured app and user to this host.</summary>
    public void Check(string assertion, string host)
    {
        var parts = assertion.Split('.');
        if (parts.Length != Parts || !Array.TrueForAll(parts, part => part.Length > 0 && Base64Url.IsValid(part)))
            throw OAuthException.InvalidGrant("invalid assertion");

        var header = ReadObject(parts[0]);
        var claims = ReadObject(parts[1]);
        if (Text(header, "alg") is not "RS256")
            throw OAuthException.InvalidGrant("invalid assertion");
        if (!settings.ClientId.Equals(Text(claims, "iss"), StringComparison.Ordinal))
            throw new OAuthException("invalid_client_id", "client identifier invalid");
        CheckSignature(parts);
        if (!IsAudience(Text(claims, "aud"), host))
            throw OAuthException.InvalidGrant("audience is invalid");
        if (!settings.UserName.Equals(Text(claims, "sub"), StringComparison.OrdinalIgnoreCase))
            throw OAuthException.InvalidGrant("user hasn't approved this consumer");
        if (ReadSeconds(claims) is not { } expiry || expiry <= (timeProvider.GetUtcNow() - ClockSkew).ToUnixTimeSeconds())
            throw OAuthException.InvalidGrant("invalid assertion");
    }

    private void CheckSignature(string[] parts)
    {
        if (settings.JwtPublicKeyPem is not { } pem)
            return;

        using var key = RSA.Create();
        key.ImportFromPem(pem);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        if (!key.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            throw OAuthException.InvalidGrant("invalid assertion");
    }

    private static JsonElement ReadObject(string part)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw OAuthException.InvalidGrant("invalid assertion");
        }
        catch (JsonException)
        {
            throw OAuthException.InvalidGrant("invalid assertion");
        }
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var claim) && claim.ValueKind == JsonValueKind.String ? claim.GetString() : null;

    private static bool IsAudience(string? audience, string host)
    {
        if (string.IsNullOrEmpty(audience))
            return false;
        var absolute = audience.Contains("://", StringComparison.Ordinal) ? audience : "https://" + audience;
        return Uri.TryCreate(absolute, UriKind.Absolute, out var uri)
            && (uri.Authority.Equals(host, StringComparison.OrdinalIgnoreCase)
                || uri.Host is "login.salesforce.com" or "test.salesforce.com"
                || uri.Host.EndsWith(".my.salesforce.com", StringComparison.OrdinalIgnoreCase));
    }

    // Milliseconds are read as seconds too, as the platform does: they lie far in the future.
    private static double? ReadSeconds(JsonElement claims)
    {
        if (!claims.TryGetProperty("exp", out var expiry))
            return null;
        return expiry.ValueKind switch
        {
            JsonValueKind.Number => expiry.GetDouble(),
            JsonValueKind.String
                when double.TryParse(expiry.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) => seconds,
            _ => null,
        };
    }
}
