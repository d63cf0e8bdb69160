using System.Text;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Access;

/// <summary>
/// A token that was just made, with the text that opens the API: told once, stored nowhere. Its text form leaves that out.
/// </summary>
public sealed record IssuedToken(ApiToken Token, string Secret)
{
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Token = ").Append(Token);
        return true;
    }
}
