using System.Security.Cryptography;
using System.Text;

namespace Tandem.Server.Api;

/// <summary>The one token that was given at the start; compared in a time that tells nothing of it.</summary>
public sealed class OneToken(string token, Caller caller)
{
    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public Task<Caller?> FindAsync(string given, CancellationToken cancellationToken) => Task.FromResult(
        CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(given))) ? caller : null);
}
