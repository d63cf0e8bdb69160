using System.ComponentModel.DataAnnotations;
using System.Text;
using Tandem.Sync.Catalog.Access;

namespace Tandem.Server.Api.V1;

/// <summary>A user as one is asked for. Its text form leaves the password out.</summary>
internal sealed record NewUserBody
{
    /// <summary>1 to 64 letters a to z, digits, points, hyphens and underscores; unique whatever their case.</summary>
    [Required]
    public string? Name { get; init; }

    /// <summary>12 to 256 characters.</summary>
    [Required]
    public string? Password { get; init; }

    public string? Email { get; init; }

    /// <summary>Read without it.</summary>
    public AccessScope? Role { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Name = ").Append(Name);
        return true;
    }
}
