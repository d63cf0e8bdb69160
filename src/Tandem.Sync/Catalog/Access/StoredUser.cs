using System.Text;

namespace Tandem.Sync.Catalog.Access;

/// <summary>A user with the hash that a password is checked against. Its text form leaves the hash out.</summary>
public sealed record StoredUser(LocalUser User, string PasswordHash)
{
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("User = ").Append(User);
        return true;
    }
}
