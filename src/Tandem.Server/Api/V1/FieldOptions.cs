using System.Text.Json.Serialization;

namespace Tandem.Server.Api.V1;

/// <summary>What is asked of one field of a mapping.</summary>
internal sealed record FieldOptions
{
    /// <summary>Left out of a mapping of all fields.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Exclude { get; init; }
}
