using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tandem.Salesforce.Auth;

/// <summary>Makes the signed assertion of the JWT bearer flow. Source: salesforce-api.md, section 1.4.</summary>
internal static class JwtAssertion
{
    /// <summary>The shortest life that the documentation names.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(3);

    public static string Create(OAuthGrant grant, DateTimeOffset now)
    {
        var header = Encode(writer => writer.WriteString("alg", "RS256"));
        var claims = Encode(writer =>
        {
            writer.WriteString("iss", grant.ClientId);
            writer.WriteString("sub", grant.UserName);
            writer.WriteString("aud", grant.Audience);
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
        });
        var signed = $"{header}.{claims}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(grant.Secret, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static byte[] Sign(string privateKeyPem, byte[] data)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(privateKeyPem);
            return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new SalesforceException(
                SalesforceErrorCodes.InvalidGrant,
                "The private key of the JWT bearer flow must be an RSA private key in PEM form, not encrypted; the given text is not one.",
                exception);
        }
    }

    private static string Encode(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
