using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tandem.Simulator.Auth;

/// <summary>
/// Signs the id tokens of OpenID Connect and publishes the key that checks them. The key is made when it is first needed, and another
/// one with every start of the org. Source: salesforce-api.md, section 1.7.
/// </summary>
internal sealed class IdTokenSigner(TimeProvider timeProvider)
{
    private const int KeyBits = 2048;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly Lazy<RSAParameters> _key = new(() =>
    {
        using var rsa = RSA.Create(KeyBits);
        return rsa.ExportParameters(includePrivateParameters: true);
    });

    public string Sign(string issuer, string subject, string clientId, string accessToken, string? nonce)
    {
        var now = timeProvider.GetUtcNow();
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = issuer,
            ["sub"] = subject,
            ["aud"] = clientId,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["at_hash"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16)),
        };
        if (nonce is not null)
            claims["nonce"] = nonce;
        var header = new Dictionary<string, string>(StringComparer.Ordinal) { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = KeyId };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        using var rsa = RSA.Create(_key.Value);
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The public key as a JSON Web Key Set.</summary>
    public object KeySet() => new
    {
        keys = new[]
        {
            new
            {
                kty = "RSA", use = "sig", alg = "RS256", kid = KeyId,
                n = Base64Url.EncodeToString(_key.Value.Modulus), e = Base64Url.EncodeToString(_key.Value.Exponent),
            },
        },
    };

    private string KeyId => Convert.ToHexString(SHA256.HashData(_key.Value.Modulus ?? []).AsSpan(0, 4));

    private static string Encode<T>(T part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
