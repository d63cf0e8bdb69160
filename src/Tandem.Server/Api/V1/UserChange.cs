using System.Text;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>What is to be another of a user; what is not given stays. Its text form leaves the password out.</summary>
internal sealed record UserChange
{
    /// <summary>Another one signs the user out everywhere.</summary>
    public string? Password { get; init; }

    /// <summary>Null takes it away.</summary>
    public string? Email { get; init; }

    public AccessScope? Role { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Email = ").Append(Email).Append(", Role = ").Append(Role);
        return true;
    }
}
