using System.Text.Json.Serialization;

namespace Tandem.Server.Api.V3;

/// <summary>A field that another version of the API describes otherwise. The contract has nothing of the kind.</summary>
/// <param name="Change">added, lost, type, length or digits.</param>
/// <param name="IsSafe">Nobody has to do anything.</param>
internal sealed record FieldDiff(
    string Name, string Change, string? Before, string? After, [property: JsonPropertyName("safe")] bool IsSafe);
