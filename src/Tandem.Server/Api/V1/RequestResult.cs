using System.Text.Json.Nodes;

namespace Tandem.Server.Api.V1;

/// <summary>What became of a request.</summary>
/// <param name="Message">A sentence for a person.</param>
/// <param name="Detail">For programs, such as the changes of an import; null when the sentence says all.</param>
internal sealed record RequestResult(bool Succeeded, string Message, JsonNode? Detail);
