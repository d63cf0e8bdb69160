using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Tandem.Server.Api.V1;

/// <summary>Who signs in, and by what. Its text form leaves the password out.</summary>
internal sealed record SessionRequest
{
    /// <summary>The user's name or e-mail address.</summary>
    [Required]
    public string? Name { get; init; }

    [Required]
    public string? Password { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Name = ").Append(Name);
        return true;
    }
}
