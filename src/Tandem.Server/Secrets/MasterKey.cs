using System.Security.Cryptography;
using System.Text;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Secrets;

/// <summary>
/// The key that encrypts the key ring, AES-256 in GCM. It is given by a file or the environment and never stored; whoever has it and the
/// database has every secret. Its text form shows nothing.
/// </summary>
public sealed class MasterKey
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int IdBytes = 8;

    private readonly byte[] _key;

    private MasterKey(byte[] key)
    {
        _key = key;
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(key, "tandem master key id"u8)[..IdBytes]);
    }

    /// <summary>Tells keys apart; nothing of the key follows from it.</summary>
    public string Id { get; }

    /// <param name="text">32 random bytes as base64; white space around it does not count.</param>
    /// <param name="source">Where it came from, for the sentence about a bad one.</param>
    /// <exception cref="ConfigurationException">It is no such key.</exception>
    public static MasterKey Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        var bytes = new byte[trimmed.Length];
        if (trimmed.Length == 0)
            throw Bad(source, "nothing");
        if (!Convert.TryFromBase64String(trimmed, bytes, out var length))
            throw Bad(source, "text that is not base64");
        if (length != KeyBytes)
            throw Bad(source, $"{length} bytes");
        if (bytes.AsSpan(0, length).IndexOfAnyExcept(bytes[0]) < 0)
            throw Bad(source, "the same byte 32 times");
        return new MasterKey(bytes[..length]);
    }

    public override string ToString() => $"master key {Id}";

    /// <param name="purpose">What the text is; opening it needs the same.</param>
    internal string Seal(string text, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes),
            plain,
            box.AsSpan(NonceBytes + TagBytes),
            box.AsSpan(NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(purpose));
        CryptographicOperations.ZeroMemory(plain);
        return Convert.ToBase64String(box);
    }

    /// <exception cref="CryptographicException">It was sealed by another key or for another purpose, or was changed since.</exception>
    internal string Open(string sealedText, string purpose)
    {
        var box = new byte[sealedText.Length];
        if (!Convert.TryFromBase64String(sealedText, box, out var length) || length < NonceBytes + TagBytes)
            throw new CryptographicException("The sealed text is cut off or is none.");
        var plain = new byte[length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_key, TagBytes);
        aes.Decrypt(
            box.AsSpan(0, NonceBytes),
            box.AsSpan(NonceBytes + TagBytes, plain.Length),
            box.AsSpan(NonceBytes, TagBytes),
            plain,
            Encoding.UTF8.GetBytes(purpose));
        return Encoding.UTF8.GetString(plain);
    }

    private static ConfigurationException Bad(string source, string found) => new(
        $"{source}: expected a master key of 32 random bytes as base64, found {found}. Make one with: openssl rand -base64 32");
}
