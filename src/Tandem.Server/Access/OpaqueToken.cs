using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Server.Access;

/// <summary>
/// Random texts that open something to whoever shows them: 32 bytes, a prefix by which a person and a scanner know them, and a check sum
/// that tells a cut or invented one without a look into the database. Only their hashes are stored.
/// </summary>
internal static class OpaqueToken
{
    public const string Prefix = "tandem_";

    private const int RandomBytes = 32;
    private const int BodyLength = 43;
    private const int SumBytes = 4;
    private const int SumLength = 6;

    public static string Make()
    {
        var body = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        return Prefix + body + Sum(body);
    }

    /// <summary>Whether the text can be one that was made here.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == Prefix.Length + BodyLength + SumLength
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && Sum(text[Prefix.Length..^SumLength]) == text[^SumLength..];

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    public static bool IsSame(byte[] one, byte[] other) => CryptographicOperations.FixedTimeEquals(one, other);

    private static string Sum(string body) => Base64Url.EncodeToString(Hash(body).AsSpan(0, SumBytes));
}
