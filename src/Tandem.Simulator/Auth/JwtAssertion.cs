using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Auth;

/// <summary>
/// Checks the assertion of the JWT bearer flow, and is patient with what clients in use send: an expiry in milliseconds or as a string,
/// an audience without a scheme, a header without a type. Source: salesforce-api.md, section 1.4.
/// </summary>
internal sealed class JwtAssertion(AppRegistry apps, UserLogins logins, TimeProvider timeProvider)
{
    private const int Parts = 3;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(3);

    /// <summary>The app and the user that the assertion speaks for; throws when it is not good at this host.</summary>
    public (ConnectedApp App, UserProfile User) Check(string assertion, string host)
    {
        var parts = assertion.Split('.');
        if (parts.Length != Parts || !Array.TrueForAll(parts, part => part.Length > 0 && Base64Url.IsValid(part)))
            throw OAuthException.InvalidGrant("invalid assertion");

        var header = ReadObject(parts[0]);
        var claims = ReadObject(parts[1]);
        if (JsonMember.Text(header, "alg") is not "RS256")
            throw OAuthException.InvalidGrant("invalid assertion");
        var app = apps.Find(JsonMember.Text(claims, "iss"));
        if (app.PublicKeys.Count > 0 && !app.PublicKeys.Any(pem => IsSigned(parts, pem)))
            throw OAuthException.InvalidGrant("invalid assertion");
        if (!IsAudience(JsonMember.Text(claims, "aud"), host))
            throw OAuthException.InvalidGrant("audience is invalid");
        var user = logins.FindByName(JsonMember.Text(claims, "sub") ?? "")
            ?? throw OAuthException.InvalidGrant("user hasn't approved this consumer");
        if (ReadSeconds(claims) is not { } expiry || expiry <= (timeProvider.GetUtcNow() - ClockSkew).ToUnixTimeSeconds())
            throw OAuthException.InvalidGrant("invalid assertion");
        return (app, user);
    }

    private static bool IsSigned(string[] parts, string pem)
    {
        using var key = ReadKey(pem);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        return key.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static RSA ReadKey(string pem)
    {
        if (pem.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal))
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return certificate.GetRSAPublicKey() ?? throw new InvalidOperationException("The certificate of an app has no RSA key.");
        }

        var key = RSA.Create();
        key.ImportFromPem(pem);
        return key;
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
