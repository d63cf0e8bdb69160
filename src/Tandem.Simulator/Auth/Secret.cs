using System.Security.Cryptography;
using System.Text;

namespace Tandem.Simulator.Auth;

/// <summary>Makes and compares secrets; the time of a comparison tells nothing about the place of the first difference.</summary>
internal static class Secret
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    private const int Length = 64;

    public static string Create(string prefix, int length = Length) => prefix + RandomNumberGenerator.GetString(Letters, length);

    public static bool AreEqual(string expected, string? found) => found is not null && CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(expected)), SHA256.HashData(Encoding.UTF8.GetBytes(found)));
}
