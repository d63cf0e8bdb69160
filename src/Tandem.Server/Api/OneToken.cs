using System.Security.Cryptography;
using System.Text;
using Tandem.Server.Access;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api;

/// <summary>The token that was given at the start; compared in a time that tells nothing of it.</summary>
internal sealed class OneToken(string token)
{
    private readonly byte[] _hash = Hash(token);

    /// <returns>Null when this is another one.</returns>
    public Caller? Find(string presented, string? address) => CryptographicOperations.FixedTimeEquals(_hash, Hash(presented))
        ? new Caller
        {
            Actor = new Actor { Kind = ActorKind.Token, Name = "given at the start", Address = address }, Scope = AccessScope.Admin,
        }
        : null;

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
